//! What was owed against what arrived.
use std::collections::BTreeMap;

use portal_core::mail::Mail;

use super::Broken;

/// Whose domain Message-IDs are of.
const DOMAIN: &str = "portal.example";

/// The Message-IDs of what each reader is owed, in order.
pub(super) type Owed = BTreeMap<String, Vec<String>>;

pub(super) fn message_id(mail: &Mail) -> String {
    mail.message_id(DOMAIN)
}

pub(super) fn message_id_of(effect: uuid::Uuid) -> String {
    format!("{effect}@{DOMAIN}")
}

/// All of it, each reader's in order, and in as many copies as nobody heard were taken, and one.
pub(super) fn all_of(owed: &Owed, taken: &[Mail], unheard: &[Mail]) -> Result<(), Broken> {
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    let mut arrived = Owed::new();
    for mail in taken {
        let id = message_id(mail);
        let seen = copies.entry(id.clone()).or_default();
        *seen += 1;
        if *seen == 1 {
            let to = mail.to.address().as_str().to_owned();
            arrived.entry(to).or_default().push(id);
        }
    }
    let lost = owed
        .values()
        .flatten()
        .filter(|id| !copies.contains_key(*id));
    match lost.count() {
        0 => {}
        lost => return Err(Broken::Lost(lost)),
    }
    for (reader, theirs) in owed {
        if arrived.get(reader) != Some(theirs) {
            let reader = reader.clone();
            return Err(Broken::OutOfOrder { reader });
        }
    }
    for mail in unheard {
        if let Some(copies) = copies.get_mut(&message_id(mail)) {
            *copies -= 1;
        }
    }
    match copies.values().filter(|copies| **copies != 1).count() {
        0 => Ok(()),
        odd => Err(Broken::Copies(odd)),
    }
}
