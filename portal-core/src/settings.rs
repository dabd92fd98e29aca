//! The host's switches. Every one has a default that is safe and, where the two agree, the one of the help article.
use std::{
    collections::BTreeSet,
    num::{NonZeroU16, NonZeroU32},
};

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

#[cfg(feature = "accounting")]
pub use crate::accounting::{AccountingSettings, OnOpenPayment};
#[cfg(feature = "accounts")]
pub use crate::accounts::AccountSettings;
#[cfg(feature = "courses")]
pub use crate::courses::CourseSettings;
#[cfg(feature = "accounts")]
use crate::details::Region;
use crate::{
    Language,
    mail::{Blank, Link, Wording},
    order::CutOff,
    refusal::OrderRole,
};

/// All switches of one portal. Reads from any serde format; keys it does not know are refused.
///
/// ```
/// use portal_core::Settings;
/// # fn read(text: &str) -> Result<Settings, portal_core::settings::Problem> {
/// #     Settings::read(&mut serde_json::Deserializer::from_str(text))
/// # }
/// let settings = read(r#"{"orders": {"money_actions": "order_or_billing"}}"#)?;
/// assert!(settings.problems().is_empty());
///
/// let typo = read(r#"{"orders": {"money_action": "any_viewer"}}"#).unwrap_err();
/// assert_eq!(typo.key, "orders.money_action");
/// # Ok::<(), portal_core::settings::Problem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Settings {
    /// The portal answers customers at all.
    pub enabled: bool,
    /// The host has a licence for it.
    pub licensed: bool,
    /// Where the portal is still in beta: the host takes part.
    pub beta: bool,
    /// Where the portal is, such as `https://courses.example/portal`: links in mails begin with it.
    pub url: Option<String>,
    /// What the portal speaks to whoever has not chosen.
    pub language: Language,
    /// The portal's own clocks: instants that belong to no event are told in this zone, such as `Europe/Madrid`.
    pub zone: Tz,
    /// The country of phone numbers and postal codes that name none.
    #[cfg(feature = "accounts")]
    pub country: Option<Region>,
    /// Who gets an account, how, and how they sign in.
    #[cfg(feature = "accounts")]
    pub accounts: AccountSettings,
    /// The name typed to confirm.
    pub names: NameSettings,
    /// Orders, invoices, payments.
    pub orders: OrderSettings,
    /// When orders go into the books, and what happens to payments under way.
    #[cfg(feature = "accounting")]
    pub accounting: AccountingSettings,
    /// Cards and bank accounts kept for later.
    pub payment_methods: MethodSettings,
    /// Registrations and waiting lists.
    #[cfg(feature = "courses")]
    pub courses: CourseSettings,
    /// What is sent to whom.
    pub mail: MailSettings,
}

/// How the name typed to confirm is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct NameSettings {
    /// How alike two names must be.
    pub matching: NameMatch,
    /// What a person types who has no surname on record.
    pub when_no_surname: WhenNoSurname,
    /// How many wrong names within [`tries_minutes`](Self::tries_minutes); at most 50.
    pub tries: NonZeroU32,
    /// For how long a wrong name counts; at most a day.
    pub tries_minutes: NonZeroU16,
}

/// How alike two names must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NameMatch {
    /// Marks, spaces, dashes and apostrophes do not count.
    Lenient,
    /// Only case, composition and typography do not count.
    Strict,
}

/// What a person types who has no surname on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhenNoSurname {
    /// Nothing confirms: staff must complete the record.
    AskStaff,
    /// The full name, as the portal shows it.
    FullName,
}

/// Who may do what about the money of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct OrderSettings {
    /// Cards are taken, given a provider.
    pub card_payments: bool,
    /// Pay is offered even where no provider takes cards, and payers are only told how to pay, as for a bank transfer.
    pub instructions_are_enough: bool,
    /// Who may pay and have the invoice sent.
    pub money_actions: MoneyActions,
    /// What may cut an order off from the accounting system for it to be paid here again. Whatever is not named leaves it locked, as does being connected or on the way there.
    pub unlocked_by: BTreeSet<CutOff>,
}

/// What customers may do about the cards and bank accounts that are kept for them, given a provider that keeps any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MethodSettings {
    /// They add and remove cards.
    pub cards: bool,
    /// They add bank accounts. Nobody but staff removes one, whatever is set.
    pub bank_accounts: bool,
    /// They are written to when a card of theirs is going to run out, and when it has.
    pub expiry_mail: bool,
}

/// Who may pay an order and have its invoice sent, on every screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MoneyActions {
    /// The billing contact alone.
    BillingContact,
    /// The order contact too.
    OrderOrBilling,
    /// Everyone who can see the order.
    AnyViewer,
}

/// What is sent to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MailSettings {
    /// A registrant who is the order contact too gets one message, not two.
    pub coalesce_same_recipient: bool,
    /// Staff are told when a customer cancels.
    pub staff_notice_on_cancel: bool,
    /// Where staff read their mail.
    pub staff_address: Option<String>,
    /// Who writes, as people know the host; every message is signed with it.
    pub organiser: Option<String>,
    /// What the host says in its own words.
    pub texts: MailTexts,
    /// For how many days staff can see which messages were sent, and to whom.
    pub log_days: NonZeroU16,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            coalesce_same_recipient: false,
            staff_notice_on_cancel: false,
            staff_address: None,
            organiser: None,
            texts: MailTexts::default(),
            log_days: NonZeroU16::MIN.saturating_add(364),
        }
    }
}

/// What the host says in its own words. They are shown as written, whatever the reader's language; see [`Wording`] for what is filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MailTexts {
    /// First-time registrant portal invitation instructions. Must hold `{link}`.
    pub first_time_instructions: Option<Wording>,
    /// Existing portal user registration instructions. Must hold `{link}`.
    pub existing_user_instructions: Option<Wording>,
    /// What people read who are invited, or whose account was approved.
    pub welcome: Option<Wording>,
}

/// Something wrong with a configuration: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {what}")]
#[non_exhaustive]
pub struct Problem {
    /// The path of the key, such as `orders.money_actions`; for wiring, the builder's method.
    pub key: String,
    /// What is wrong and what to do, in one line.
    pub what: String,
}

impl MoneyActions {
    /// Who that is.
    #[must_use]
    pub fn roles(self) -> &'static [OrderRole] {
        match self {
            Self::BillingContact => &[OrderRole::BillingContact],
            Self::OrderOrBilling => &[OrderRole::BillingContact, OrderRole::OrderContact],
            Self::AnyViewer => &[
                OrderRole::BillingContact,
                OrderRole::OrderContact,
                OrderRole::Registrant,
            ],
        }
    }
}

impl Settings {
    /// Reads settings from any serde format.
    ///
    /// # Errors
    /// An unknown key, a wrong type, a cut-off of zero: with the path of the key, and what would be right.
    pub fn read<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, Problem> {
        serde_path_to_error::deserialize(from).map_err(|e| {
            let key = e.path().to_string();
            Problem::new(key, e.into_inner().to_string())
        })
    }

    /// Every contradiction in these settings. `Portal::builder(..).build()` refuses any.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = vec![];
        let NameSettings {
            tries,
            tries_minutes,
            ..
        } = &self.names;
        if tries.get() > 50 {
            found.push(Problem::new(
                "names.tries",
                format!("{tries} wrong names are no limit: set at most 50"),
            ));
        }
        if tries_minutes.get() > 24 * 60 {
            found.push(Problem::new(
                "names.tries_minutes",
                format!("{tries_minutes} minutes shut people out for days: set at most 1440"),
            ));
        }
        match &self.mail.staff_address {
            None if self.mail.staff_notice_on_cancel => found.push(Problem::new(
                "mail.staff_notice_on_cancel",
                "is on, but there is nobody to tell: set mail.staff_address, or switch it off",
            )),
            Some(address) if !is_address(address) => found.push(Problem::new(
                "mail.staff_address",
                format!("`{address}` is not an address: write name@domain"),
            )),
            _ => {}
        }
        self.find_unnamed_reason(&mut found);
        #[cfg(feature = "accounting")]
        self.find_long_wait(&mut found);
        #[cfg(feature = "accounts")]
        self.accounts.find_problems(&mut found);
        #[cfg(feature = "courses")]
        self.courses.find_problems(&mut found);
        self.find_bad_url(&mut found);
        self.mail.find_problems(&mut found);
        found
    }
}

impl MailSettings {
    fn find_problems(&self, found: &mut Vec<Problem>) {
        let unfit = |name: &str| name.trim().is_empty() || name.chars().any(char::is_control);
        if self.organiser.as_deref().is_some_and(unfit) {
            let what = "is empty, or holds what no mail can show: write a name on one line";
            found.push(Problem::new("mail.organiser", what));
        }
        let MailTexts {
            first_time_instructions,
            existing_user_instructions,
            welcome,
        } = &self.texts;
        for (key, text) in [
            (
                "mail.texts.first_time_instructions",
                first_time_instructions,
            ),
            (
                "mail.texts.existing_user_instructions",
                existing_user_instructions,
            ),
        ] {
            if let Some(text) = text
                && !text.blanks().any(|blank| blank == Blank::Link)
            {
                let what =
                    "nobody finds the portal by it: put {link} where the way in should stand";
                found.push(Problem::new(key, what));
            }
        }
        let known = [Blank::Name, Blank::GivenName, Blank::Organiser];
        let strange = |text: &Wording| text.blanks().find(|blank| !known.contains(blank));
        if let Some(blank) = welcome.as_ref().and_then(strange) {
            let what = format!(
                "nothing is filled in for {{{}}} here: there are name, given_name, organiser",
                blank.as_str()
            );
            found.push(Problem::new("mail.texts.welcome", what));
        }
    }
}

impl Settings {
    fn find_unnamed_reason(&self, found: &mut Vec<Problem>) {
        if self.orders.unlocked_by.contains(&CutOff::Other) {
            let what = "`other` stands for every reason that nobody has named, such as invoices that still stand: name the reasons";
            found.push(Problem::new("orders.unlocked_by", what));
        }
    }

    #[cfg(feature = "accounting")]
    fn find_long_wait(&self, found: &mut Vec<Problem>) {
        let hours = self.accounting.wait_hours;
        if hours.get() > 30 * 24 {
            let what = format!("{hours} hours keep an order waiting for months: set at most 720");
            found.push(Problem::new("accounting.wait_hours", what));
        }
    }

    fn find_bad_url(&self, found: &mut Vec<Problem>) {
        let Some(url) = &self.url else { return };
        // Every link that a message carries must be one: with what follows it, and the longest secret.
        let longest = format!("{url}/link/{}", "x".repeat(43));
        if Link::new(longest).is_none() || url.ends_with('/') || url.contains(['?', '#']) {
            found.push(Problem::new(
                "url",
                format!("`{url}` cannot begin a link: write https://, the host and the path in plain letters (`xn--..` and `%..` for others), without a slash at the end"),
            ));
        }
    }
}

/// The same that every recipient is read by.
#[cfg(any(feature = "accounts", feature = "mail"))]
fn is_address(text: &str) -> bool {
    crate::details::EmailAddress::parse(text).is_ok()
}

/// Enough to catch a name or a URL in the wrong place: nothing is sent.
#[cfg(not(any(feature = "accounts", feature = "mail")))]
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && !domain.is_empty() && !text.contains(char::is_whitespace)
    })
}

impl Problem {
    /// A problem at a key.
    pub fn new(key: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            what: what.into(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            licensed: true,
            beta: true,
            url: None,
            language: Language::En,
            zone: Tz::UTC,
            #[cfg(feature = "accounts")]
            country: None,
            #[cfg(feature = "accounts")]
            accounts: AccountSettings::default(),
            names: NameSettings::default(),
            orders: OrderSettings::default(),
            #[cfg(feature = "accounting")]
            accounting: AccountingSettings::default(),
            payment_methods: MethodSettings::default(),
            #[cfg(feature = "courses")]
            courses: CourseSettings::default(),
            mail: MailSettings::default(),
        }
    }
}

impl Default for NameSettings {
    fn default() -> Self {
        Self {
            matching: NameMatch::Lenient,
            when_no_surname: WhenNoSurname::AskStaff,
            tries: NonZeroU32::MIN.saturating_add(4),
            tries_minutes: NonZeroU16::MIN.saturating_add(9),
        }
    }
}

impl Default for MethodSettings {
    fn default() -> Self {
        Self {
            cards: true,
            bank_accounts: true,
            expiry_mail: true,
        }
    }
}

impl Default for OrderSettings {
    fn default() -> Self {
        Self {
            card_payments: true,
            instructions_are_enough: false,
            money_actions: MoneyActions::BillingContact,
            // Edited there, the invoice still stands there, and may be paid there.
            unlocked_by: [CutOff::Manual, CutOff::RemoteVoided, CutOff::RemoteDeleted].into(),
        }
    }
}
