//! Which schema a database has, and what it takes to bring it up to this release. Steps only add; none is ever edited.
use portal_core::StoreError;

/// One step from a schema to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The schema it leads to.
    pub(crate) version: u32,
    /// What to run.
    pub(crate) sql: &'static str,
}

/// What a migration did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migrated {
    /// The schema that was there; 0 is none.
    pub from: u32,
    /// The schema that is there now.
    pub to: u32,
}

/// Why a database cannot be used, or not be migrated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// A newer release has been here. Nothing was written.
    #[error(
        "the database has portal schema {found}, this release knows {known}: run the newer release, or restore a backup"
    )]
    Newer {
        /// The schema that is there.
        found: u32,
        /// The newest this release knows.
        known: u32,
    },
    /// The tables are not there, or not all of them.
    #[error(
        "the database has portal schema {found}, this release needs {known}: call `db.migrate().await?` once at start-up, or run this SQL:\n\n{sql}"
    )]
    Behind {
        /// The schema that is there; 0 is none.
        found: u32,
        /// The schema this release needs.
        known: u32,
        /// What to run.
        sql: String,
    },
    /// The database could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The steps that are missing.
pub(crate) fn missing(steps: &'static [Step], found: u32) -> Result<&'static [Step], MigrateError> {
    let known = newest(steps);
    if found > known {
        return Err(MigrateError::Newer { found, known });
    }
    let done = steps.partition_point(|step| step.version <= found);
    Ok(steps.get(done..).unwrap_or_default())
}

/// The schema this release knows.
pub(crate) fn newest(steps: &[Step]) -> u32 {
    steps.last().map_or(0, |step| step.version)
}
