//! Cards that are kept and run out: their owners are told before, and when it has happened.
use std::{num::NonZeroU16, sync::Arc};

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::{KnownPayer, Merchant, MethodKind, MethodState, PaymentVault, StoredMethod};
use crate::{
    Ask, CommandId, Commit, Decision, Error, Id, Page, Portal, RecordRef, Upkeep,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    command::written,
    effect::{MailKind, Recipient},
    store::Cursor,
};

/// How long before it runs out the owner of a card is told; and for how long afterwards.
const NOTICE: Days = Days::new(30);

/// What the ids of telling somebody derive from: one card and one date are told of once, by however many processes.
const TOLD: Uuid = Uuid::from_u128(0x4b8a_0d1e_6f37_5c52_9e0b_71d4_c2a6_3f85);

/// How a card that is kept stands to the end of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expiry {
    /// It runs out within thirty days.
    Soon,
    /// It ran out, no longer than thirty days ago.
    Over,
}

/// What a call of [`Portal::tell_of_expiring_cards`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToldOfCards {
    /// Messages that are owed now.
    pub told: u32,
    /// Cards whose owners had been told before.
    pub told_before: u32,
    /// Customers whose cards the provider would not, or could not, list: there is still time tomorrow.
    pub passed_over: u32,
    /// Where to go on. None where everybody was asked about.
    pub left: Option<CardsLeft>,
}

/// Where to go on asking about cards that run out: opaque, and of no use tomorrow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardsLeft {
    provider: Arc<str>,
    after: Option<Cursor>,
}

/// Customers that are asked about in one call: at Helcim that is sixty requests, of a hundred that an account has in a minute for everything.
const AT_ONCE: NonZeroU16 = NonZeroU16::new(20).unwrap();

/// How a card stands to the end of its time, if there is anything to tell. Nothing else that is kept runs out.
#[must_use]
pub fn expiry(method: &StoredMethod, today: NaiveDate) -> Option<Expiry> {
    let last_day = method.expires.filter(|_| method.kind == MethodKind::Card)?;
    if method.state == MethodState::Revoked {
        return None;
    }
    if today > last_day {
        return (today <= last_day + NOTICE).then_some(Expiry::Over);
    }
    (last_day <= today + NOTICE).then_some(Expiry::Soon)
}

fn is_asked_too_much(error: &AdapterError) -> bool {
    matches!(error.kind(), AdapterErrorKind::RateLimited { .. })
}

impl Expiry {
    /// The message that tells of it.
    #[must_use]
    pub fn mail(self) -> MailKind {
        match self {
            Self::Soon => MailKind::CardExpiring,
            Self::Over => MailKind::CardExpired,
        }
    }
}

impl Portal {
    /// Owes a message to everybody whose card is about to run out, and one when it has: once for each card and date. Begin once a day, without a place to go on from; safe on several
    /// processes, though one is enough.
    ///
    /// One call asks about twenty customers, since providers let an account ask only so much in a minute, and customers who pay there ask too: where there is a place to
    /// [go on](ToldOfCards::left) from, call again with it in a minute.
    ///
    /// Does nothing where [`expiry_mail`](crate::settings::MethodSettings::expiry_mail) is off, or the portal is.
    ///
    /// # Errors
    /// When nothing is kept about payments, or its store cannot be read; when the provider has been asked too much. Go on later, from the same place: whoever was told is not told again.
    /// Whom it cannot be asked about is [passed over](ToldOfCards::passed_over), and keeps nobody else from hearing; where it cannot be reached at all, the next provider has its turn.
    pub async fn tell_of_expiring_cards(
        &self,
        from: Option<CardsLeft>,
    ) -> Result<ToldOfCards, Error> {
        let wiring = self.wiring();
        let mut done = ToldOfCards::default();
        if !wiring.settings.payment_methods.expiry_mail || self.open().is_err() {
            return Ok(done);
        }
        let store = wiring.payment_store()?;
        let mut keeping = wiring.payments.iter().filter_map(|p| Some((p, p.vault()?)));
        let (found, after) = match from {
            None => (keeping.next(), None),
            Some(left) => (
                keeping.find(|(p, _)| p.name() == &*left.provider),
                left.after,
            ),
        };
        let Some((provider, vault)) = found else {
            return Ok(done);
        };
        let (name, merchant) = (Arc::from(provider.name()), provider.merchant());
        let page = Page {
            after,
            size: AT_ONCE,
        };
        let found = store.payers(merchant, &page).await?;
        let mut asked = found.items.iter();
        let mut reached = true;
        while reached && let Some(known) = asked.next() {
            match self
                .tell_of(known, merchant, vault.as_ref(), &mut done)
                .await
            {
                Err(Error::Adapter(e)) if is_asked_too_much(&e) => return Err(e.into()),
                Err(Error::Adapter(e)) => {
                    done.passed_over += 1;
                    reached = e.disposition() != Disposition::NeverSent;
                }
                told => told?,
            }
        }
        done.passed_over += u32::try_from(asked.len()).unwrap_or(u32::MAX);
        let next = found.next.filter(|_| reached);
        let next = next.map(|cursor| (name, Some(cursor)));
        let next = next.or_else(|| Some((Arc::from(keeping.next()?.0.name()), None)));
        done.left = next.map(|(provider, after)| CardsLeft { provider, after });
        Ok(done)
    }

    async fn tell_of(
        &self,
        known: &KnownPayer,
        merchant: &Merchant,
        vault: &dyn PaymentVault,
        done: &mut ToldOfCards,
    ) -> Result<(), Error> {
        let wiring = self.wiring();
        let now = wiring.clock.now();
        let today = now.with_timezone(&wiring.settings.zone).date_naive();
        let kept = match vault.methods(&known.payer).await {
            // Somebody deleted them there.
            Err(e) if e.kind() == AdapterErrorKind::NotFound => return Ok(()),
            kept => kept?,
        };
        for card in &kept {
            let (Some(expiry), Some(last_day)) = (expiry(card, today), card.expires) else {
                continue;
            };
            let mode = if merchant.live { "live" } else { "test" };
            let mail = expiry.mail();
            let name = [
                mode,
                &merchant.account,
                known.payer.as_str(),
                card.method.as_str(),
                &last_day.to_string(),
                mail.as_str(),
            ];
            let command = CommandId(Uuid::new_v5(&TOLD, written(&name).as_bytes()));
            let ask = Ask::new(&Upkeep, now, command);
            let about = RecordRef::PaymentMethod(Id::new(card.method.as_str()));
            let to = Recipient::Contact(known.contact.clone());
            let decision = Decision::new(&ask, "payment-method.expiring", about).mail(mail, to);
            match wiring.store.commit(decision).await? {
                Commit::Applied => done.told += 1,
                Commit::Replayed(_) => done.told_before += 1,
            }
        }
        Ok(())
    }
}
