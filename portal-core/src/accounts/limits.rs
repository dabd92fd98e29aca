//! How often what may be tried. The figures keep one account below 60 guesses in any day and 100 in a row, from however many places and by however many names: 50 and 90 by strangers, of
//! which 25 and 45 by any one name; 10 and 10 by browsers that were signed in from before and by open sessions.
use std::net::IpAddr;

use chrono::Duration;

use super::{Access, Draw, PasswordHash, PortalKey};

/// A password tried under this name: ten at once, one more every 96 minutes (15 a day).
pub(crate) fn guess(key: &PortalKey, name: &str) -> Draw {
    Draw::new(key.digest("guess", name), 10, Duration::minutes(96)).in_a_row(45)
}

/// A password tried by a stranger at this account, whatever they call it: a person may have more names than two. Who guesses by two does not meet it, so it does not tell that both are
/// one person's.
pub(crate) fn guess_at(key: &PortalKey, whose: &str) -> Draw {
    Draw::new(key.digest("guess-at", whose), 20, Duration::minutes(48)).in_a_row(90)
}

/// A password tried from a browser its owner signed in from before, or within a session. Strangers cannot use this one up.
pub(crate) fn known_guess(key: &PortalKey, access: &Access) -> Draw {
    let key = key.digest("known-guess", &at_this_password(access));
    Draw::new(key, 5, Duration::minutes(288)).in_a_row(10)
}

/// A code of the second factor. Only whoever knows the password gets as far.
#[cfg(feature = "totp")]
pub(crate) fn code(key: &PortalKey, access: &Access) -> Draw {
    let key = key.digest("code", &at_this_password(access));
    Draw::new(key, 5, Duration::minutes(60)).in_a_row(20)
}

/// Another password begins anew: whoever used all tries up and then chose one by the link they were sent gets in by it.
fn at_this_password(access: &Access) -> String {
    let password = access.password.as_ref().map_or("", PasswordHash::expose);
    format!("{}:{password}", access.account)
}

/// Anything at all from one place.
pub(crate) fn place(key: &PortalKey, ip: Option<IpAddr>) -> Option<Draw> {
    let place = network(ip?);
    Some(Draw::new(
        key.digest("place", &place),
        60,
        Duration::seconds(60),
    ))
}

/// A message for whoever this name belongs to: three at once, then one every 85 minutes: twenty a day.
pub(crate) fn letter(key: &PortalKey, name: &str) -> Draw {
    Draw::new(key.digest("letter", name), 3, Duration::minutes(85))
}

/// A message to staff about somebody who asks for an account: twenty at once, one a minute.
pub(crate) fn notice(key: &PortalKey, address: &str) -> Draw {
    Draw::new(key.digest("notice", address), 20, Duration::minutes(1))
}

/// What strangers say about a customer record, tried for one phone number: five a day.
pub(crate) fn claim(key: &PortalKey, phone: &str) -> Draw {
    Draw::new(key.digest("claim", phone), 3, Duration::hours(12))
}

/// Messages that one place asks for: ten at once, ten an hour.
pub(crate) fn letters_from(key: &PortalKey, ip: Option<IpAddr>) -> Option<Draw> {
    let place = network(ip?);
    Some(Draw::new(
        key.digest("letters-from", &place),
        10,
        Duration::minutes(6),
    ))
}

/// One household has one IPv4 address, and 2^64 of IPv6.
fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => (ip.to_bits() >> 64).to_string(),
    }
}
