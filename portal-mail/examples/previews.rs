//! Writes every message in every language to a folder: as a page, as text and as a file that mail programs open; and every paper, to print.
//!
//! `cargo run -p portal-mail --all-features --example previews [folder]`
//!
//! A host with templates of its own does the same with its own builder.
use std::error::Error;

use portal_mail::{Templates, previews};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    let folder = folder.unwrap_or_else(|| "target/previews".to_owned());
    let templates = Templates::builder().build()?;
    let index = previews(&templates, folder).await?;
    println!("open {}", index.display());
    Ok(())
}
