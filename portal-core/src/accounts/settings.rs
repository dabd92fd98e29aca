use std::{collections::BTreeSet, num::NonZeroU16};

use serde::{Deserialize, Serialize};

use super::{EligibilitySettings, RequiredInfo};
use crate::settings::Problem;

/// Who gets an account, how, and how they sign in.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AccountSettings {
    /// What a customer record must show.
    pub eligibility: EligibilitySettings,
    /// Staff may invite people.
    pub invitations: bool,
    /// Customers may claim an account by what is on record: phone number, e-mail address, postal code.
    pub claims: bool,
    /// Anybody may create an account.
    pub sign_up: SignUpSettings,
    /// Anybody may request an account, for the owner of the portal to approve.
    pub requests: bool,
    /// What an activation mail carries.
    pub activation: Activation,
    /// What becomes of another e-mail address.
    pub email_change: EmailChange,
    /// Customers may set up codes from an authenticator app.
    pub second_factor: bool,
    /// For how long somebody is signed in.
    pub sessions: SessionSettings,
    /// What a password must be.
    pub passwords: PasswordSettings,
    /// For how long one-time links are good.
    pub links: LinkSettings,
    /// For how many days the sign-in log is kept: addresses are personal data.
    pub log_days: NonZeroU16,
}

/// Anybody may create an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SignUpSettings {
    /// They may.
    pub enabled: bool,
    /// What they must give for it.
    pub required: BTreeSet<RequiredInfo>,
}

/// What an activation mail carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Activation {
    /// A one-time link.
    #[default]
    Link,
    /// A password that is random, good once, and must be changed at once.
    TemporaryPassword,
}

/// What becomes of another e-mail address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmailChange {
    /// Customers ask the organiser.
    #[default]
    Forbidden,
    /// It counts once a link sent to it was followed.
    VerifyNewAddress,
}

/// For how long somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SessionSettings {
    /// Without asking for a page.
    pub idle_minutes: NonZeroU16,
    /// At all.
    pub longest_hours: NonZeroU16,
    /// How long a proof of who they are is good for what matters most.
    pub fresh_minutes: NonZeroU16,
}

/// What a password must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PasswordSettings {
    /// How many characters at least; from 8 to 64.
    pub shortest: NonZeroU16,
}

/// For how long one-time links are good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LinkSettings {
    /// What staff sent: invitations, activations, approvals.
    pub from_staff_hours: NonZeroU16,
    /// What customers asked for: claims, sign-ups, another address.
    pub asked_for_hours: NonZeroU16,
    /// A forgotten password.
    pub reset_minutes: NonZeroU16,
}

impl AccountSettings {
    /// The longest a password may be, in characters: more is no safer, and hashing it is work.
    pub const LONGEST_PASSWORD: usize = 256;

    pub(crate) fn find_problems(&self, found: &mut Vec<Problem>) {
        let shortest = self.passwords.shortest.get();
        if !(8..=64).contains(&shortest) {
            found.push(Problem::new(
                "accounts.passwords.shortest",
                format!("{shortest} characters: ask for 8 to 64"),
            ));
        }
        let SessionSettings {
            idle_minutes,
            longest_hours,
            fresh_minutes,
        } = &self.sessions;
        if u32::from(idle_minutes.get()) > u32::from(longest_hours.get()) * 60 {
            found.push(Problem::new(
                "accounts.sessions.idle_minutes",
                "a session that may be idle longer than it may last: shorten it, or raise longest_hours",
            ));
        }
        if fresh_minutes.get() > 60 {
            found.push(Problem::new(
                "accounts.sessions.fresh_minutes",
                format!("{fresh_minutes} minutes is no fresh proof: set at most 60"),
            ));
        }
        if self.links.reset_minutes.get() > 24 * 60 {
            found.push(Problem::new(
                "accounts.links.reset_minutes",
                "a link to another password should not lie about for days: set at most 1440",
            ));
        }
        let LinkSettings {
            from_staff_hours,
            asked_for_hours,
            ..
        } = &self.links;
        for (key, hours, most) in [
            ("accounts.links.from_staff_hours", from_staff_hours, 720),
            ("accounts.links.asked_for_hours", asked_for_hours, 168),
            ("accounts.sessions.longest_hours", longest_hours, 168),
        ] {
            if hours.get() > most {
                let what = format!("{hours} hours is for ever: set at most {most}");
                found.push(Problem::new(key, what));
            }
        }
        if self.second_factor && cfg!(not(feature = "totp")) {
            found.push(Problem::new(
                "accounts.second_factor",
                "is on, and this build has none: enable the feature `totp` of portal-core",
            ));
        }
    }
}

const fn at_least(n: u16) -> NonZeroU16 {
    match NonZeroU16::new(n) {
        Some(n) => n,
        None => NonZeroU16::MIN,
    }
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            eligibility: EligibilitySettings::default(),
            invitations: true,
            claims: false,
            sign_up: SignUpSettings::default(),
            requests: false,
            activation: Activation::default(),
            email_change: EmailChange::default(),
            second_factor: false,
            sessions: SessionSettings::default(),
            passwords: PasswordSettings::default(),
            links: LinkSettings::default(),
            log_days: at_least(180),
        }
    }
}

/// The figures of ASVS 5.0 (7.3) for a portal in which people pay.
impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            idle_minutes: at_least(30),
            longest_hours: at_least(12),
            fresh_minutes: at_least(5),
        }
    }
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            shortest: at_least(10),
        }
    }
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            from_staff_hours: at_least(72),
            asked_for_hours: at_least(24),
            reset_minutes: at_least(60),
        }
    }
}
