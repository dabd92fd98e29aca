//! What a message says is looked up when it is written: it tells how things stand then, and carries no secret that was kept anywhere.
#[cfg(feature = "accounts")]
mod accounts;
#[cfg(feature = "courses")]
mod courses;
mod orders;
#[cfg(feature = "payments")]
mod payments;
mod reader;
#[cfg(feature = "requests")]
mod requests;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Letter, Link, Says};
use crate::{
    Effect, EffectKind, Error, Portal, RecordRef, StoreError,
    effect::{MailKind, Recipient},
    portal::Wiring,
};

/// What became of looking up what a message says.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face both endings")]
pub enum Draft {
    /// It is ready to be put into words.
    Letter(Box<Letter>),
    /// There is nobody to write to, or nothing to write, any more: it is not sent.
    Nothing(Unwritten),
}

/// Why a message that was owed is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unwritten {
    /// The host knows this person no longer.
    NobodyThere,
    /// There is no address on record.
    NoAddress,
    /// What is on record is no address that mail can be sent to.
    BadAddress,
    /// The settings name no address of staff.
    NoStaffAddress,
    /// What it is about is gone.
    RecordGone,
    /// Its link or password is good no longer: it was used, ran out, or another was sent.
    Overtaken,
    /// Its reader wants none of these, and nobody has to have them.
    NotWanted,
    /// The paper it is for cannot go with it, and there is no portal to sign in to for it.
    PaperTooLarge,
    /// It invites into the portal, and the portal is off.
    PortalOff,
    /// The host has taken out what it is about.
    NotWired,
    /// It is not about what such a message is about: nothing in this version of the portal owes it.
    NotUnderstood,
}

/// A message as it is owed.
#[derive(Clone, Copy)]
struct Owed<'a> {
    kind: MailKind,
    about: &'a RecordRef,
    #[cfg(feature = "accounts")]
    because: crate::CommandId,
    #[cfg(feature = "courses")]
    with: &'a [RecordRef],
}

/// Why there is no letter.
enum Stop {
    Nothing(Unwritten),
    Failed(Error),
}

impl Portal {
    /// What the message of this effect says: for whoever writes the mail, and nobody else.
    ///
    /// # Errors
    /// When the host's records or the store cannot be read.
    pub async fn draft(&self, effect: &Effect) -> Result<Draft, Error> {
        self.wiring().letter(effect).await
    }
}

impl Wiring {
    /// What the message of this effect says.
    pub(crate) async fn letter(&self, effect: &Effect) -> Result<Draft, Error> {
        let Some((owed, to)) = owed(effect) else {
            return Ok(Draft::Nothing(Unwritten::NotUnderstood));
        };
        let mut reader = match self.reader(owed, to).await {
            Ok(reader) => reader,
            Err(stop) => return stop.answer(),
        };
        let says = match self.says(owed, &mut reader).await {
            Ok(says) => says,
            Err(stop) => return stop.answer(),
        };
        let kind = variant(owed.kind, &says);
        let letter = Letter::new(effect.id, kind, reader.to, says)
            .from_organiser(self.settings.mail.organiser.clone())
            .with_portal(self.front())
            .in_thread(reader.thread)
            .with_reply_to(reader.reply_to)
            .with_unsubscribe(reader.unsubscribe);
        let letter = match reader.paper {
            Some(paper) => letter.enclosing(paper),
            None => Ok(letter),
        };
        Ok(
            letter.map_or(Draft::Nothing(Unwritten::PaperTooLarge), |letter| {
                Draft::Letter(Box::new(letter))
            }),
        )
    }

    async fn says(&self, owed: Owed<'_>, reader: &mut reader::Reader) -> Result<Says, Stop> {
        match owed.kind {
            MailKind::InvoiceCopy => self.invoice(owed, reader).await,
            #[cfg(feature = "courses")]
            MailKind::RegistrationTransferred | MailKind::TransferNotice => {
                self.moved(owed, reader).await
            }
            #[cfg(feature = "courses")]
            MailKind::RegistrationCancelled
            | MailKind::CancellationNotice
            | MailKind::CancellationStaffNotice => self.cancelled(owed, reader).await,
            #[cfg(not(feature = "courses"))]
            MailKind::RegistrationTransferred
            | MailKind::TransferNotice
            | MailKind::RegistrationCancelled
            | MailKind::CancellationNotice
            | MailKind::CancellationStaffNotice => Err(Unwritten::NotWired.into()),
            #[cfg(feature = "payments")]
            MailKind::PaymentReceipt => self.money_came(owed, reader).await,
            #[cfg(feature = "payments")]
            MailKind::RefundNotice => self.money_back(owed, reader).await,
            #[cfg(feature = "payments")]
            MailKind::CardExpiring | MailKind::CardExpired => {
                self.card_runs_out(owed, reader).await
            }
            #[cfg(feature = "accounts")]
            MailKind::FirstTimeInstructions | MailKind::ExistingUserInstructions => {
                self.instructions(owed, reader).await
            }
            #[cfg(feature = "accounts")]
            MailKind::Invitation
            | MailKind::Activation
            | MailKind::ClaimLink
            | MailKind::SignUpLink
            | MailKind::ResetLink
            | MailKind::NewEmailLink
            | MailKind::RequestApproved => self.one_time_link(owed, reader).await,
            #[cfg(feature = "accounts")]
            MailKind::TemporaryPassword => self.mailed_password(owed, reader).await,
            #[cfg(feature = "accounts")]
            MailKind::AlreadyRegistered => Ok(Says::AccountExists),
            #[cfg(feature = "accounts")]
            MailKind::EmailChanged
            | MailKind::PasswordChanged
            | MailKind::SecondFactorSetUp
            | MailKind::SecondFactorRemoved => self.account_changed(owed, reader).await,
            #[cfg(feature = "accounts")]
            MailKind::AccountRequestNotice => self.account_wanted(owed).await,
            #[cfg(feature = "accounts")]
            MailKind::RequestDeclined => self.declined(owed, reader).await,
            #[cfg(feature = "requests")]
            MailKind::CallOffRequest | MailKind::HelpRequest | MailKind::ReviewNotice => {
                self.request_told(reader).await
            }
        }
    }

    /// Where the portal is, while it is open.
    fn front(&self) -> Option<Link> {
        let open = crate::portal::open(&self.settings).is_ok();
        let url = self.settings.url.as_deref().filter(|_| open);
        url.and_then(Link::new)
    }

    /// On the portal's own clocks.
    pub(crate) fn clocks(&self, at: DateTime<Utc>) -> DateTime<Tz> {
        at.with_timezone(&self.settings.zone)
    }
}

fn owed(effect: &Effect) -> Option<(Owed<'_>, &Recipient)> {
    let EffectKind::Mail {
        kind,
        to,
        about,
        #[cfg(feature = "accounts")]
        because,
        #[cfg(feature = "courses")]
        with,
        ..
    } = &effect.kind
    else {
        return None;
    };
    let owed = Owed {
        kind: *kind,
        about,
        #[cfg(feature = "accounts")]
        because: *because,
        #[cfg(feature = "courses")]
        with,
    };
    Some((owed, to))
}

/// Whoever was to be told how to get into the portal for the first time, and got there meanwhile, is told where to find their course.
fn variant(owed: MailKind, says: &Says) -> MailKind {
    match says {
        #[cfg(feature = "accounts")]
        Says::Instructions(told) => match &told.access {
            Some(access) if access.until.is_none() => MailKind::ExistingUserInstructions,
            _ => owed,
        },
        _ => owed,
    }
}

impl Unwritten {
    /// Stable key for logs, translations and tests.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NobodyThere => "nobody-there",
            Self::NoAddress => "no-address",
            Self::BadAddress => "bad-address",
            Self::NoStaffAddress => "no-staff-address",
            Self::RecordGone => "record-gone",
            Self::Overtaken => "overtaken",
            Self::NotWanted => "not-wanted",
            Self::PaperTooLarge => "paper-too-large",
            Self::PortalOff => "portal-off",
            Self::NotWired => "not-wired",
            Self::NotUnderstood => "not-understood",
        }
    }
}

impl Stop {
    fn answer(self) -> Result<Draft, Error> {
        match self {
            Self::Nothing(why) => Ok(Draft::Nothing(why)),
            Self::Failed(error) => Err(error),
        }
    }
}

impl From<Unwritten> for Stop {
    fn from(why: Unwritten) -> Self {
        Self::Nothing(why)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
