//! The browser that the tests look at messages and papers in: Chromium, or what was made of it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::debian;
use crate::failure::Failure;

/// Names one, wherever it is.
const NAMED: &str = "PORTAL_BROWSER";

/// What it is called on the path.
const PROGRAMS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Where macOS keeps them.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Where Playwright keeps those it brings, below the home folder.
const OF_PLAYWRIGHT: [&str; 2] = [".cache/ms-playwright", "Library/Caches/ms-playwright"];

/// What those are called, two folders further down.
const PROGRAMS_OF_PLAYWRIGHT: [&str; 3] = ["chrome", "headless_shell", "chrome-headless-shell"];

/// This answers where a browser is, once it has installed Debian's Chromium where there is none.
pub(crate) fn install() -> Result<String, Failure> {
    if let Some(named) = env::var_os(NAMED) {
        let named = PathBuf::from(named);
        if !named.is_file() {
            return Err(Failure::in_file(
                &named,
                format!("{NAMED} names no program"),
            ));
        }
        return told(&named);
    }
    if let Some(program) = found() {
        println!("browser: {} is one for the tests", program.display());
        return told(&program);
    }
    let missing = format!("Chromium or Chrome ({NAMED} may name one)");
    debian::install("chromium", &missing)?;
    match found() {
        Some(program) => {
            println!("browser: installed as {}", program.display());
            told(&program)
        }
        None => Err(Failure::new(
            "the package chromium is installed, and there is still no chromium on the path",
        )),
    }
}

fn told(program: &Path) -> Result<String, Failure> {
    match program.to_str() {
        Some(program) => Ok(program.to_owned()),
        None => Err(Failure::in_file(
            program,
            "the name of the browser is not unicode",
        )),
    }
}

fn found() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let home = env::var_os("HOME").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let on_path = PROGRAMS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let mut all = on_path
        .chain(APPLICATIONS.iter().map(PathBuf::from))
        .filter(|program| program.is_file());
    all.next().or_else(|| {
        let mut caches = OF_PLAYWRIGHT
            .iter()
            .map(|below| Path::new(&home).join(below));
        caches.find_map(|cache| of_playwright(&cache))
    })
}

/// `chromium-1234/chrome-linux/chrome`, and others like it.
fn of_playwright(cache: &Path) -> Option<PathBuf> {
    let versions = inside(cache, "chromium");
    let folders = versions
        .iter()
        .flat_map(|version| inside(version, "chrome-"));
    let programs = folders.flat_map(|folder| PROGRAMS_OF_PLAYWRIGHT.map(|name| folder.join(name)));
    programs.into_iter().find(|program| program.is_file())
}

/// What is in a folder and begins so, the last first: that is the newest.
fn inside(folder: &Path, begins: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(begins))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_playwright_brought_is_found() {
        let cache = tempfile::tempdir().unwrap();
        assert_eq!(of_playwright(cache.path()), None);
        for (version, folder, name) in [
            ("ffmpeg-1011", "chrome-linux", "chrome"),
            ("chromium-1100", "chrome-linux", "chrome"),
            ("chromium-1200", "chrome-linux64", "chrome"),
        ] {
            let folder = cache.path().join(version).join(folder);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), "").unwrap();
        }
        let newest = cache.path().join("chromium-1200/chrome-linux64/chrome");
        assert_eq!(of_playwright(cache.path()), Some(newest));
    }
}
