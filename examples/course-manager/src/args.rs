use std::path::PathBuf;

use portal_core::{Contact, Id, Language};

pub(crate) const HELP: &str = "\
Walks one customer of a training company through the portal: invited and signed in, and then everything they do there.

  --file PATH       the database file (course-manager.db); made and filled if it is not there; the portal's key is beside it
  --customer ID     whom to walk through it (P-0001)
  --language en|es  the language (the customer's own)
  --reset           start with a new file
  --help            this text

Every customer of the demo chooses the same password. It stands in the code, which is nothing to copy.
";

/// What was asked for on the command line.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) file: PathBuf,
    pub(crate) customer: Id<Contact>,
    pub(crate) language: Option<Language>,
    pub(crate) reset: bool,
    pub(crate) help: bool,
}

impl Args {
    /// Reads the command line, or says what is wrong with it.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self {
            file: "course-manager.db".into(),
            customer: Id::new("P-0001"),
            language: None,
            reset: false,
            help: false,
        };
        while let Some(flag) = given.next() {
            let mut value = |what| given.next().ok_or(format!("{flag} needs {what}"));
            match flag.as_str() {
                "--file" => args.file = value("a path")?.into(),
                "--customer" => args.customer = Id::new(value("an id, such as P-0001")?),
                "--language" => args.language = Some(language(&value("en or es")?)?),
                "--reset" => args.reset = true,
                "--help" | "-h" => args.help = true,
                _ => return Err(format!("there is no `{flag}`: try --help")),
            }
        }
        Ok(args)
    }
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or(format!("the portal does not speak `{tag}`: en or es"))
}
