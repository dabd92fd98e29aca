//! Helcim, played in memory behind the HTTP port: customers, cards, batches, keys that last five minutes, suspected duplicates, declines, faults.
//!
//! It knows what the published pages and the clients of others say of Helcim, and answers in Helcim's own forms. Time is the clock's it is given.
//!
//! ```
//! use portal_testkit::{StoppedClock, helcim::FakeHelcim};
//!
//! let clock = StoppedClock::default();
//! let helcim = FakeHelcim::new(&clock);
//! helcim.put_customer("CST1049", "Ana Diaz");
//! let card = helcim.put_card("CST1049", "4242424242", "1230");
//! helcim.decline_next("INSUFFICIENT FUNDS");
//! # let _ = card;
//! ```
mod answers;
mod routes;
mod state;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Response};
use portal_core::http::Bytes;
use portal_core::{
    Clock, Money,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::HttpClient,
    payment::RawWebhook,
};
use sha2::Sha256;

use crate::{StoppedClock, fakes::locked};
use state::{State, Transaction};

/// The API token it takes.
pub const TOKEN: &str = "helcim-api-token-of-a-test";
/// The verifier token its webhooks are signed with.
pub const VERIFIER: &str = "dmVyaWZpZXItc2VjcmV0";

/// Helcim, played in memory. Clones are the same account.
#[derive(Debug, Clone)]
pub struct FakeHelcim {
    state: Arc<Mutex<State>>,
    clock: StoppedClock,
}

/// What goes wrong with the next request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is refused: it never arrives.
    RefuseConnection,
    /// It arrives and is done, and the answer is lost.
    LoseTheReply,
    /// It arrives and is done, and the answer breaks off.
    CutTheReply,
    /// It is lost on its way; who sent it cannot know.
    LoseTheRequest,
    /// It is answered with this status and body, and not done.
    Answer(u16, &'static str),
}

impl FakeHelcim {
    /// An empty account whose time is this clock's.
    #[must_use]
    pub fn new(clock: &StoppedClock) -> Self {
        Self {
            state: Arc::default(),
            clock: clock.clone(),
        }
    }

    /// The next request that moves or changes something goes wrong like that. Said again, the one after it.
    pub fn fail_next(&self, fault: Fault) {
        locked(&self.state).faults.push_back(fault);
    }

    /// The next question (a GET) goes wrong like that.
    pub fn fail_next_question(&self, fault: Fault) {
        locked(&self.state).question_faults.push_back(fault);
    }

    /// The bank says no to the next payment, with these words.
    pub fn decline_next(&self, words: &str) {
        locked(&self.state).declines.push_back(words.to_owned());
    }

    /// Declines are answered as 200 with a transaction, instead of 500 with a sentence.
    pub fn decline_politely(&self) {
        locked(&self.state).polite = true;
    }

    /// Lists know of transactions only so many requests later, as a lagging index would.
    pub fn lag(&self, questions: u32) {
        locked(&self.state).lag = questions;
    }

    /// Keeps a customer.
    pub fn put_customer(&self, code: &str, name: &str) {
        locked(&self.state).customer(code, name);
    }

    /// Keeps a card of theirs (first six and last four digits, month and year) and answers its id.
    #[must_use]
    pub fn put_card(&self, code: &str, digits: &str, expiry: &str) -> u64 {
        locked(&self.state).card(code, digits, expiry)
    }

    /// Keeps a bank account of theirs (last four digits) and answers its id.
    #[must_use]
    pub fn put_bank_account(&self, code: &str, last4: &str, verified: bool) -> u64 {
        locked(&self.state).bank_account(code, last4, verified)
    }

    /// The payer pays in the frame that this token opened, with a card of these digits. Answers the transaction, or none where the frame is no longer open.
    #[must_use]
    pub fn pay_in_frame(&self, token: &str, digits: &str) -> Option<u64> {
        let now = self.clock.now();
        locked(&self.state).pay_in_frame(token, digits, now)
    }

    /// Somebody pays back in Helcim's own back office.
    #[must_use]
    pub fn refund_elsewhere(&self, payment: u64, amount: Money) -> u64 {
        let now = self.clock.now();
        locked(&self.state).refund(payment, amount.amount(), now)
    }

    /// Charges this invoice once more, as a frame left open in a second tab might.
    #[must_use]
    pub fn charge_again(&self, payment: u64) -> u64 {
        let now = self.clock.now();
        locked(&self.state).again(payment, now)
    }

    /// Closes the day's batch; what is charged now is in the next one.
    pub fn close_batch(&self) {
        locked(&self.state).batch += 1;
    }

    /// The sum of what was taken, less what was paid back, in minor units.
    #[must_use]
    pub fn balance(&self) -> i64 {
        locked(&self.state).balance()
    }

    /// How many payments were approved.
    #[must_use]
    pub fn payments(&self) -> usize {
        let approved = |t: &&Transaction| t.kind == "purchase" && t.approved;
        locked(&self.state)
            .transactions
            .iter()
            .filter(approved)
            .count()
    }

    /// Each payment that was approved under this invoice, and each time that money was paid back.
    #[must_use]
    pub fn books(&self, invoice: &str) -> (Vec<Money>, Vec<Money>) {
        locked(&self.state).books(invoice)
    }

    /// How many e-mails asked a customer for a bank account.
    #[must_use]
    pub fn mails(&self) -> u32 {
        locked(&self.state).mails
    }

    /// Every request that arrived: method and path.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        locked(&self.state).requests.clone()
    }

    /// What its webhook posts about a transaction, signed now.
    #[must_use]
    pub fn webhook(&self, transaction: u64) -> RawWebhook {
        let body = format!(r#"{{"id":"{transaction}","type":"cardTransaction"}}"#);
        self.signed(&format!("msg_{transaction}"), &body)
    }

    /// What its webhook posts now, in order and once each; asking again posts nothing anew. Of money paid back it says nothing.
    #[must_use]
    pub fn webhooks(&self) -> Vec<RawWebhook> {
        let untold = locked(&self.state).untold();
        untold.into_iter().map(|id| self.webhook(id)).collect()
    }

    /// This body, signed now under this name.
    #[must_use]
    pub fn signed(&self, name: &str, body: &str) -> RawWebhook {
        self.signed_by(name, body.as_bytes(), self.clock.now(), VERIFIER)
    }

    /// This body, signed with this verifier token as of then: for what Helcim would not post, or not now.
    #[must_use]
    pub fn signed_by(
        &self,
        name: &str,
        body: &[u8],
        at: DateTime<Utc>,
        verifier: &str,
    ) -> RawWebhook {
        let timestamp = at.timestamp().to_string();
        let key = STANDARD.decode(verifier).unwrap();
        let mut code = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        code.update(format!("{name}.{timestamp}.").as_bytes());
        code.update(body);
        let signature = format!("v1,{}", STANDARD.encode(code.finalize().into_bytes()));
        let headers = [
            ("Webhook-Id", name.to_owned()),
            ("Webhook-Timestamp", timestamp),
            ("Webhook-Signature", signature),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.into_bytes()));
        RawWebhook::new(headers.to_vec(), body.to_vec(), self.clock.now())
    }
}

#[async_trait]
impl HttpClient for FakeHelcim {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let failed = |disposition, why: &str| {
            Err(AdapterError::new(
                AdapterErrorKind::Unavailable,
                disposition,
                "fake",
                "send",
                why,
            ))
        };
        let mut state = locked(&self.state);
        let asks = request.method() == http::Method::GET && !request.uri().path().ends_with("new");
        let fault = if asks {
            state.question_faults.pop_front()
        } else {
            state.faults.pop_front()
        };
        match fault {
            Some(Fault::RefuseConnection) => {
                return failed(Disposition::NeverSent, "connection refused");
            }
            Some(Fault::LoseTheRequest) => return failed(Disposition::Unknown, "timed out"),
            Some(Fault::Answer(status, body)) => return Ok(answers::raw(status, body)),
            Some(Fault::LoseTheReply | Fault::CutTheReply) | None => {}
        }
        let line = format!("{} {}", request.method(), request.uri().path());
        state.requests.push(line);
        let response = routes::answer(&mut state, &request, self.clock.now());
        match fault {
            Some(Fault::LoseTheReply) => failed(Disposition::Unknown, "timed out"),
            Some(Fault::CutTheReply) => {
                let half = response.body().len() / 2;
                Ok(response.map(|body| body.slice(..half)))
            }
            _ => Ok(response),
        }
    }
}
