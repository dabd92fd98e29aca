//! The portal's key, in a file of its own beside the database.
//!
//! One-time links derive from it, so whoever copies the database alone, or finds a backup of it, opens nothing. Every process reads the same file; keep it out of the database's backups,
//! or in the place where your other secrets are. Losing it makes the links under way useless, and nothing else.
use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use portal_core::{accounts::PortalKey, store::BoxError};
use secrecy::SecretString;

/// The key beside this database, drawn when there is none yet.
pub(crate) fn beside(database: &Path) -> Result<PortalKey, BoxError> {
    let mut name = OsString::from(database);
    name.push(".key");
    let file = PathBuf::from(name);
    match for_its_owner_alone(&file) {
        Ok(new) => draw(&file, new)?,
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
        Err(e) => return Err(e.into()),
    }
    let text = SecretString::from(fs::read_to_string(&file)?);
    let key = PortalKey::new(text);
    Ok(key.map_err(|e| format!("{}: {e}", file.display()))?)
}

/// A file that was not there before, and that nobody else may read.
fn for_its_owner_alone(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

fn draw(file: &Path, mut new: File) -> Result<(), BoxError> {
    let mut halves = [[0; 16]; 2];
    halves
        .iter_mut()
        .try_for_each(|half| getrandom::fill(half))?;
    let [one, other] = halves.map(u128::from_be_bytes);
    let text = format!("{one:032x}{other:032x}");
    let written = new.write_all(text.as_bytes()).and_then(|()| new.sync_all());
    // Half a key would be taken for one the next time.
    written.inspect_err(|_| drop(fs::remove_file(file)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_drawn_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("demo.db");
        beside(&database).unwrap();
        let file = folder.path().join("demo.db.key");
        let drawn = fs::read(&file).unwrap();
        assert_eq!(drawn.len(), 64);
        #[cfg(unix)]
        {
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        beside(&database).unwrap();
        assert_eq!(fs::read(&file).unwrap(), drawn);
    }

    #[test]
    fn half_a_key_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("demo.db.key"), "abc").unwrap();
        let said = beside(&folder.path().join("demo.db"))
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("demo.db.key: the portal's key is too short"),
            "{said}"
        );
    }
}
