use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Money,
    http::HttpClient,
    payment::{
        Attempt, Begun, PayerRef, PaymentProvider, PaymentRef, RawWebhook, RefundRef, ReturnParams,
    },
};

use super::Fault;
use crate::StoppedClock;

/// Your adapter, and a provider that is played for it: what you write to have an adapter proved.
///
/// Four methods are needed; every other one has an answer that says "nobody can do that here". A promise that an adapter makes and that nobody can play is listed in the
/// report as not played. It is called for each promise with a new one, so whatever the provider keeps starts empty.
#[async_trait]
pub trait Candidate: fmt::Debug + Send + Sync + 'static {
    /// A new adapter that reaches the provider through this client. Asked twice, two adapters speak to one provider, as before and after a restart.
    ///
    /// Give it two webhook secrets, where it takes two, so that changing them can be proved: see [`Signer::Next`].
    fn adapter(&self, http: Arc<dyn HttpClient>) -> Arc<dyn PaymentProvider>;

    /// The clock that the adapter and the provider go by.
    fn clock(&self) -> StoppedClock;

    /// Somebody elsewhere does that. `false` where nobody can: answer so for all you do not know.
    async fn play(&self, act: Act<'_>) -> bool;

    /// What the provider has in its own books for this attempt, counted without any help of the adapter.
    async fn books(&self, attempt: Attempt) -> Books;

    /// The provider's side of the wire. None where the adapter has no network, or one of its own.
    fn http(&self) -> Option<Arc<dyn HttpClient>> {
        None
    }

    /// For adapters with a network of their own, or none: the next call goes wrong like that. `false` where it cannot be made to.
    ///
    /// Where [`http`](Self::http) answers a client, faults are put in front of that, and nobody asks here.
    async fn fail_next(&self, _fault: Fault) -> bool {
        false
    }

    /// What the browser brings back from the provider's page.
    fn brought_back(&self, _begun: &Begun) -> Option<ReturnParams> {
        None
    }

    /// What the provider would post now, signed now: one for each thing that happened since it was asked last, in order.
    async fn posts(&self) -> Vec<RawWebhook> {
        vec![]
    }

    /// A body that the provider could post.
    fn letter(&self, _about: Letter) -> Option<Vec<u8>> {
        None
    }

    /// This body, posted as of then and signed by that one. Put no header on it that the adapter does not read.
    fn signed(&self, _body: &[u8], _at: DateTime<Utc>, _by: Signer) -> Option<RawWebhook> {
        None
    }

    /// What must never be printed: the keys and secrets that the adapter was given, as it was given them.
    fn secrets(&self) -> Vec<String> {
        vec![]
    }
}

/// What somebody elsewhere does: the payer, a bank, the provider.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Act<'a> {
    /// The payer pays what was begun, there and then. Not where the page is closed or paid.
    Pay(&'a Begun),
    /// The payer pays in a way that takes days: it is under way.
    PaySlowly(&'a Begun),
    /// What is under way for this page arrives.
    Arrive(&'a Begun),
    /// The payer tries, and their bank says no.
    Decline(&'a Begun),
    /// Nobody pays until the page is closed by time. Move the clock, too, if the provider goes by it.
    RunOut(&'a Begun),
    /// The payer stores a card on the page that was begun for it.
    Store(&'a Begun),
    /// This customer has stored a card some time ago: another one each time.
    HasCard(&'a PayerRef),
    /// The bank will say no to the next charge of something stored.
    DeclineNextCharge,
    /// The bank will want to hear from the payer before the next charge of something stored.
    ChallengeNextCharge,
    /// The provider closes its day. Some pay back in part only what was taken before that.
    CloseTheDay,
    /// Money that was paid back comes back.
    FailRefund(&'a PaymentRef, &'a RefundRef),
    /// The payer's bank calls this much back.
    CallBack(&'a PaymentRef, Money),
}

/// What a provider has in its own books for one attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Books {
    /// Each time that money was taken.
    pub taken: Vec<Money>,
    /// Each time that money was paid back, and did not come back.
    pub paid_back: Vec<Money>,
}

/// What a posted body is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Letter {
    /// Something that concerns nobody here: a kind of event that was invented after the adapter.
    UnknownKind,
    /// Another account of the provider's.
    OtherAccount,
    /// Real money where there is play money, or the other way round.
    OtherMode,
}

/// Who signs what is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signer {
    /// The provider, with the secret in use.
    Provider,
    /// The provider, with the secret that replaces it.
    Next,
    /// Somebody who knows everything but the secrets.
    Stranger,
}

impl Books {
    /// What was taken, and what was paid back of it.
    #[must_use]
    pub fn new(taken: Vec<Money>, paid_back: Vec<Money>) -> Self {
        Self { taken, paid_back }
    }
}
