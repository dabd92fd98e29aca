//! Every message and every paper in a browser, where axe looks at it. Both were written by others, and are processes of their own, which `cargo xtask peers` installs; without them
//! these tests say so and prove nothing.
use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

use portal_core::{Language, documents::PaperWriter as _, mail::MailWriter as _};
use portal_mail::{papers, samples};
use serde_json::{Value, json};

use crate::{ours, planted};

/// Something that was wrong with a page.
#[derive(Debug)]
pub(crate) struct Noticed {
    pub(crate) page: String,
    pub(crate) state: String,
    pub(crate) rule: String,
    told: String,
}

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers");

/// Colours do not hang on the width, nor lines on the colours: two looks see as much as four, which `PORTAL_STATES=all` takes.
const STATES: &[&str] = &["light-320", "dark-800"];
const ALL_STATES: &[&str] = &["light-320", "dark-800", "light-800", "dark-320"];

/// One browser looks at all of it, once for all tests. None where nobody asked for it.
static SEEN: LazyLock<Option<Vec<Noticed>>> = LazyLock::new(look);

/// What was wrong with our pages, or with the planted ones.
pub(crate) fn noticed(of_planted: bool) -> Option<impl Iterator<Item = &'static Noticed>> {
    let seen = SEEN.as_ref()?.iter();
    Some(seen.filter(move |one| of_planted == one.page.starts_with(planted::MARK)))
}

/// None of our pages may break one of these rules.
#[track_caller]
pub(crate) fn nothing_breaks(rules: impl Fn(&str) -> bool) {
    let Some(noticed) = noticed(false) else {
        return;
    };
    let broken: Vec<_> = noticed
        .filter(|one| rules(&one.rule))
        .map(|one| format!("{} {} {}: {}", one.page, one.state, one.rule, one.told))
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Once a page is there, it is looked at in some states, or in all; and always with larger letters.
pub(crate) fn is_looked_at(state: &str) -> bool {
    ["loading", "doubled-640"].contains(&state) || states().contains(&state)
}

fn states() -> &'static [&'static str] {
    match env::var("PORTAL_STATES").as_deref() {
        Ok("all") => ALL_STATES,
        _ => STATES,
    }
}

fn look() -> Option<Vec<Noticed>> {
    let peers = peers()?;
    let mut pages = pages();
    pages.extend(planted::pages());
    let states = states();
    let mut axe = Command::new("node")
        .arg(format!("{TESTS}/axe.mjs"))
        .args([&peers, &browser(&peers)])
        .arg(states.join(","))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut asked = axe.stdin.take().unwrap();
    asked
        .write_all(Value::from(pages.clone()).to_string().as_bytes())
        .unwrap();
    drop(asked);
    let said = axe.wait_with_output().unwrap();
    assert!(said.status.success(), "axe.mjs ended early");
    let said: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(said["looks"], pages.len() * states.len());
    Some(said["noticed"].as_array().unwrap().iter().map(of).collect())
}

fn of(said: &Value) -> Noticed {
    let text = |name: &str| said[name].as_str().unwrap().to_owned();
    Noticed {
        page: text("page"),
        state: text("state"),
        rule: text("rule"),
        told: format!("{}: {}", text("where"), text("why")),
    }
}

/// Each sample of each message and of each paper in each language, whatever samples there are.
fn pages() -> Vec<Value> {
    let templates = ours();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut pages = vec![];
    for &language in Language::ALL {
        let tag = language.tag();
        for (n, letter) in samples(language).iter().enumerate() {
            let html = templates.write(letter).unwrap().html.unwrap();
            let name = format!("{} {n}.{tag}", letter.kind.as_str());
            pages.push(json!({"name": name, "language": tag, "html": html}));
        }
        for (n, paper) in papers(language).iter().enumerate() {
            let file = runtime.block_on(templates.write_paper(paper)).unwrap();
            assert_eq!(file.content_type.as_str(), "text/html");
            let html = str::from_utf8(file.bytes()).unwrap();
            let name = format!("paper {n}.{tag}");
            pages.push(json!({"name": name, "language": tag, "html": html}));
        }
    }
    pages
}

/// Once peers were asked for, these have to be there.
fn peers() -> Option<PathBuf> {
    let peers = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers");
    if !peers.exists() && env::var_os("PORTAL_PEERS").is_none() {
        let what = "skipped: no peers are installed, axe looked at no message (cargo xtask peers; PORTAL_PEERS=1 fails instead)";
        drop(writeln!(std::io::stderr().lock(), "{what}"));
        return None;
    }
    let folder = peers.join("npm-mail");
    let wanted = fs::read_to_string(format!("{TESTS}/package-lock.json")).unwrap();
    let found = fs::read_to_string(folder.join("installed.txt")).unwrap_or_default();
    let lacks = "is not what tests/peers/package-lock.json asks for: cargo xtask peers";
    assert!(wanted == found, "{} {lacks}", folder.display());
    Some(folder)
}

/// The one that is named, or else the one that was found when the peers were installed.
fn browser(peers: &Path) -> PathBuf {
    let named = env::var_os("PORTAL_BROWSER").map(PathBuf::from);
    let browser = named.unwrap_or_else(|| {
        let found = fs::read_to_string(peers.join("browser.txt"));
        PathBuf::from(found.unwrap_or_default())
    });
    let lacks = "is no browser: cargo xtask peers installs one, PORTAL_BROWSER names one";
    assert!(browser.is_file(), "`{}` {lacks}", browser.display());
    browser
}
