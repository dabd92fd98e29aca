//! Looking at the whole audit trail, stretch by stretch.
use portal_core::StoreError;
use rusqlite::{Connection, Row, params};

use super::{SqliteStore, seal, store_error};
use crate::chain::{AuditCheck, AuditFault, AuditHead};

/// How many rows are looked at in one go, so that a long trail keeps no reader from its other work.
const STRETCH: usize = 1_000;

impl SqliteStore {
    /// Looks at every row of the audit trail, and names the first that does not fit.
    ///
    /// `expected` is a head that [`SqliteStore::seal_audit`] once answered and that was kept where this database's owner cannot reach it. Without it, a
    /// trail that was cut short together with its seals, or sealed anew, looks sound. Rows not yet sealed are only counted.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn check_audit(
        &self,
        expected: Option<&AuditHead>,
    ) -> Result<AuditCheck, StoreError> {
        let expected = expected.copied();
        let sealed = self.read(seal::head).await?;
        let start = AuditHead::start(self.tenant());
        let mut walk = Walk {
            head: start,
            after: i64::MIN,
            seen: 0,
            sealed: sealed.map_or(0, |head| head.row),
            expected,
        };
        loop {
            let (walked, found) = self
                .read(move |db, tenant| {
                    let mut walk = walk;
                    let found = walk.stretch(db, tenant)?;
                    Ok((walk, found))
                })
                .await?;
            match found {
                Some(found) => return Ok(found),
                None => walk = walked,
            }
        }
    }
}

/// A walk along the trail.
#[derive(Clone, Copy)]
struct Walk {
    /// What fits so far of the sealed part.
    head: AuditHead,
    /// The key of the last row looked at.
    after: i64,
    /// The last row looked at.
    seen: u64,
    /// The last row that has a seal.
    sealed: u64,
    expected: Option<AuditHead>,
}

impl Walk {
    /// Walks on; answers what was found once that is known.
    fn stretch(&mut self, db: &Connection, tenant: &str) -> Result<Option<AuditCheck>, StoreError> {
        let mut trail = db
            .prepare_cached(
                "select c.row, command, form, by, at, action, about, changes, seal from portal_command c
                 left join portal_seal s on s.tenant = c.tenant and s.row = c.row
                 where c.tenant = ?1 and c.row > ?2 order by c.row limit ?3",
            )
            .map_err(store_error)?;
        let mut rows = trail
            .query(params![
                tenant,
                self.after,
                i64::try_from(STRETCH).unwrap_or(i64::MAX)
            ])
            .map_err(store_error)?;
        let mut walked = 0;
        while let Some(row) = rows.next().map_err(store_error)? {
            walked += 1;
            if let Err(broken) = self.pass(row).map_err(store_error)? {
                return Ok(Some(broken));
            }
        }
        Ok((walked < STRETCH).then(|| self.end()))
    }

    fn pass(&mut self, row: &Row<'_>) -> rusqlite::Result<Result<(), AuditCheck>> {
        self.after = row.get("row")?;
        // Rows are numbered from 1 without a gap.
        let number = u64::try_from(self.after).unwrap_or(0);
        let next = self.seen + 1;
        if number < next {
            return Ok(broken(number, AuditFault::Inserted));
        }
        if number > next {
            return Ok(broken(next, AuditFault::Missing));
        }
        self.seen = number;
        if number > self.sealed {
            return Ok(Ok(()));
        }
        let Some(seal) = row.get::<_, Option<Vec<u8>>>("seal")? else {
            return Ok(broken(number, AuditFault::Inserted));
        };
        match seal::sealed(self.head, row) {
            Ok(head) if head.seal[..] == seal[..] => self.head = head,
            // A column that cannot even be read was not sealed like that.
            Ok(_) | Err(_) => return Ok(broken(number, AuditFault::Changed)),
        }
        match self.expected {
            Some(expected) if expected.row == number && expected.seal[..] != seal[..] => {
                Ok(broken(number, AuditFault::Rewritten))
            }
            _ => Ok(Ok(())),
        }
    }

    fn end(&self) -> AuditCheck {
        if self.seen < self.sealed {
            return AuditCheck::Broken {
                row: self.seen + 1,
                fault: AuditFault::Missing,
            };
        }
        if self.expected.is_some_and(|head| head.row > self.head.row) {
            return AuditCheck::Broken {
                row: self.head.row + 1,
                fault: AuditFault::Truncated,
            };
        }
        AuditCheck::Sound {
            head: self.head,
            unsealed: self.seen - self.head.row,
        }
    }
}

fn broken(row: u64, fault: AuditFault) -> Result<(), AuditCheck> {
    Err(AuditCheck::Broken { row, fault })
}
