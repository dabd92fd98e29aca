//! The hash chain over the audit trail. Each row is sealed together with the seal before it, so nothing can be changed, taken out or put in without
//! every later seal giving it away.
//!
//! The seal of a row is SHA-256 over the seal before it and the row's canonical form. The first row is chained to SHA-256 over
//! `portal audit trail 1`, a zero byte and the tenant. The canonical form is the row number as eight bytes, the most significant first, and then
//! each of the texts `command`, `form`, `by`, `at`, `action`, `about`, `changes`, as stored, led by its length in bytes, again as eight bytes.
use std::fmt;

use sha2::{Digest, Sha256};

/// Where an audit trail ended when it was sealed. Keep one somewhere else, and a trail cut short is found out.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditHead {
    /// The last sealed row; 0 is none.
    pub row: u64,
    /// Its seal.
    pub seal: [u8; 32],
}

/// What a look at the whole audit trail found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face both findings")]
pub enum AuditCheck {
    /// Every sealed row is as it was sealed.
    Sound {
        /// Where the sealed part ends.
        head: AuditHead,
        /// How many rows wait for their seal.
        unsealed: u64,
    },
    /// Somebody changed the trail.
    Broken {
        /// The first row that does not fit.
        row: u64,
        /// In which way.
        fault: AuditFault,
    },
}

/// In which way a row of the audit trail does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditFault {
    /// It is not what was sealed.
    Changed,
    /// It was taken out.
    Missing,
    /// It stands among sealed rows and was never sealed.
    Inserted,
    /// The trail once went on to here, and is cut off before.
    Truncated,
    /// The chain fits together, but it is not the one that ended in the expected head.
    Rewritten,
}

/// One row of the trail, as stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) number: u64,
    /// `command`, `form`, `by`, `at`, `action`, `about`, `changes`.
    pub(crate) texts: [&'a str; 7],
}

impl AuditHead {
    /// A head kept elsewhere.
    #[must_use]
    pub fn new(row: u64, seal: [u8; 32]) -> Self {
        Self { row, seal }
    }

    /// The beginning of a tenant's trail.
    pub(crate) fn start(tenant: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"portal audit trail 1\0");
        hash.update(tenant);
        Self::new(0, hash.finalize().into())
    }

    /// The head once this row is sealed too.
    pub(crate) fn seal(self, row: &Row<'_>) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.seal);
        hash.update(row.number.to_be_bytes());
        for text in row.texts {
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
            hash.update(length.to_be_bytes());
            hash.update(text);
        }
        Self::new(row.number, hash.finalize().into())
    }
}

impl fmt::Debug for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.row)?;
        self.seal
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
