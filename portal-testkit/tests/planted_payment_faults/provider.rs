//! Acme Pay: a provider of a hundred lines, in memory, with pages, keys, cards, refunds and signed posts.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use portal_core::{
    Clock as _, Money,
    adapter::AdapterError,
    chrono::{DateTime, Utc},
    http::{Bytes, HttpClient, Method, Request, Response},
    payment::RawWebhook,
    uuid::Uuid,
};
use portal_testkit::StoppedClock;

pub(crate) const API_KEY: &str = "acme-api-key-4711";
pub(crate) const SECRET: &str = "acme-webhook-secret-1";
pub(crate) const NEXT_SECRET: &str = "acme-webhook-secret-2";

/// The provider. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct AcmePay {
    state: Arc<Mutex<State>>,
    clock: StoppedClock,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) payments: Vec<Payment>,
    keys: BTreeMap<String, (String, u16, String)>,
    payers: Vec<Payer>,
    pub(crate) events: Vec<String>,
    pub(crate) decline_next: bool,
    pub(crate) challenge_next: bool,
    cards: u32,
}

#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) attempt: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) state: &'static str,
    pub(crate) disputed: i64,
    /// Their name, our key, how much, how far.
    pub(crate) refunds: Vec<(String, String, i64, &'static str)>,
}

#[derive(Debug)]
struct Payer {
    contact: String,
    cards: Vec<String>,
    default: Option<String>,
}

/// Names and values of a body or an answer.
pub(crate) fn pairs(text: &str) -> BTreeMap<&str, &str> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect()
}

/// What stands under a body that was posted then.
pub(crate) fn signature(secret: &str, at: i64, body: &[u8]) -> String {
    let key = Uuid::new_v5(&Uuid::NAMESPACE_OID, secret.as_bytes());
    let signed = [at.to_string().as_bytes(), b".", body].concat();
    Uuid::new_v5(&key, &signed).simple().to_string()
}

impl AcmePay {
    pub(crate) fn new(clock: &StoppedClock) -> Self {
        Self {
            state: Arc::default(),
            clock: clock.clone(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn signed(&self, body: &[u8], at: DateTime<Utc>, secret: &str) -> RawWebhook {
        let seconds = at.timestamp();
        let header = format!("t={seconds},s={}", signature(secret, seconds, body));
        let headers = vec![("acme-signature".to_owned(), header.into_bytes())];
        RawWebhook::new(headers, body.to_vec(), self.clock.now())
    }

    pub(crate) fn store_card(&self, payer: &str) {
        let mut state = self.state();
        state.cards += 1;
        let card = format!("card_{}", state.cards);
        let payer = state.payer(payer).unwrap();
        payer.cards.push(card);
    }
}

impl State {
    /// Moves a payment on, if it is still in one of these states.
    pub(crate) fn moves(&mut self, page: &str, from: &[&str], to: &'static str) -> bool {
        let found = self.payment(page).filter(|p| from.contains(&p.state));
        let Some(payment) = found else { return false };
        payment.state = to;
        self.tell(page);
        true
    }

    pub(crate) fn tell(&mut self, page: &str) {
        let n = self.events.len() + 1;
        let (_, shown) = self.shown(page);
        let body = format!("event=evt_{page}_{n}&kind=payment&live=no&account=acme&{shown}");
        self.events.push(body);
    }

    pub(crate) fn payment(&mut self, page: &str) -> Option<&mut Payment> {
        let n: usize = page.strip_prefix("pay_")?.parse().ok()?;
        self.payments.get_mut(n)
    }

    fn payer(&mut self, name: &str) -> Option<&mut Payer> {
        let n: usize = name.strip_prefix("cus_")?.parse().ok()?;
        self.payers.get_mut(n)
    }

    fn shown(&mut self, page: &str) -> (u16, String) {
        let Some(payment) = self.payment(page) else {
            return (404, "no=none".to_owned());
        };
        let refunds = payment.refunds.iter();
        let refunds =
            refunds.map(|(id, ours, amount, state)| format!("{id}:{ours}:{amount}:{state}"));
        let refunds = refunds.collect::<Vec<_>>().join("|");
        let Payment {
            attempt,
            amount,
            currency,
            state,
            disputed,
            ..
        } = payment;
        (
            200,
            format!(
                "payment={page}&attempt={attempt}&amount={amount}&currency={currency}&state={state}&disputed={disputed}&refunds={refunds}"
            ),
        )
    }

    fn opened(&mut self, asked: &BTreeMap<&str, &str>, state: &'static str) -> (u16, String) {
        self.payments.push(Payment {
            attempt: asked["attempt"].to_owned(),
            amount: asked["amount"].parse().unwrap(),
            currency: asked["currency"].to_owned(),
            state,
            disputed: 0,
            refunds: vec![],
        });
        let page = format!("pay_{}", self.payments.len() - 1);
        if state != "open" {
            self.tell(&page);
        }
        self.shown(&page)
    }

    fn answer(&mut self, method: &Method, path: &str, body: &str) -> (u16, String) {
        let asked = pairs(body);
        let none = || (404, "no=none".to_owned());
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method.as_str(), parts.as_slice()) {
            ("POST", ["pages"]) => self.opened(&asked, "open"),
            ("GET", ["payments", page]) => self.shown(page),
            ("GET", ["attempts", attempt]) => {
                let at = self.payments.iter().position(|p| p.attempt == *attempt);
                at.map_or_else(none, |n| self.shown(&format!("pay_{n}")))
            }
            ("POST", ["payments", page, "close"]) => {
                self.moves(page, &["open"], "expired");
                self.shown(page)
            }
            ("POST", ["charges"]) => {
                let payer = self.payer(asked["payer"]);
                if payer.is_none_or(|p| p.cards.iter().all(|card| card != asked["card"])) {
                    return none();
                }
                if std::mem::take(&mut self.decline_next) {
                    return (402, "no=funds".to_owned());
                }
                if std::mem::take(&mut self.challenge_next) {
                    let (_, waits) = self.opened(&asked, "open");
                    return (402, format!("no=payer&{waits}"));
                }
                self.opened(&asked, "paid")
            }
            ("POST", ["refunds"]) => self.refund(&asked),
            ("POST", ["payers"]) => {
                let known = self
                    .payers
                    .iter()
                    .position(|p| p.contact == asked["contact"]);
                let n = known.unwrap_or(self.payers.len());
                if known.is_none() {
                    let contact = asked["contact"].to_owned();
                    self.payers.push(Payer {
                        contact,
                        cards: vec![],
                        default: None,
                    });
                }
                (200, format!("payer=cus_{n}"))
            }
            (_, ["payers", payer, rest @ ..]) => {
                let Some(payer) = self.payer(payer) else {
                    return none();
                };
                match (method.as_str(), rest) {
                    ("GET", ["cards"]) => {
                        let default = payer.default.clone().unwrap_or_default();
                        (
                            200,
                            format!("cards={}&default={default}", payer.cards.join("|")),
                        )
                    }
                    (_, [_, card]) if !payer.cards.iter().any(|own| own == card) => none(),
                    ("DELETE", [_, card]) => {
                        payer.cards.retain(|own| own != card);
                        (200, String::new())
                    }
                    ("PUT", [_, card]) => {
                        payer.default = Some((*card).to_owned());
                        (200, String::new())
                    }
                    _ => none(),
                }
            }
            // As some do: whoever has the key may remove any card by its name.
            ("DELETE", ["cards", card]) => {
                for payer in &mut self.payers {
                    payer.cards.retain(|own| own != card);
                }
                (200, String::new())
            }
            _ => none(),
        }
    }

    fn refund(&mut self, asked: &BTreeMap<&str, &str>) -> (u16, String) {
        let page = asked["payment"].to_owned();
        let Some(payment) = self.payment(&page).filter(|p| p.state == "paid") else {
            return (404, "no=none".to_owned());
        };
        let back = payment
            .refunds
            .iter()
            .filter(|(_, _, _, state)| *state == "done");
        let left = payment.amount - back.map(|(_, _, amount, _)| amount).sum::<i64>();
        let amount: i64 = asked["amount"].parse().unwrap();
        if amount <= 0 || amount > left || payment.currency != asked["currency"] {
            return (422, "no=amount".to_owned());
        }
        let name = format!("{page}_back_{}", payment.refunds.len());
        let ours = asked["refund"].to_owned();
        payment
            .refunds
            .push((name.clone(), ours.clone(), amount, "done"));
        self.tell(&page);
        (200, format!("refund={name}&ours={ours}&amount={amount}"))
    }

    /// What was taken for an attempt, and what of it was paid back.
    pub(crate) fn books(&self, attempt: &str) -> (Vec<Money>, Vec<Money>) {
        let ours = self.payments.iter().filter(|p| p.attempt == attempt);
        let paid = ours.filter(|p| p.state == "paid").clone();
        let money = |minor: i64, code: &str| Money::from_minor(minor, code.parse().unwrap());
        let back = paid
            .clone()
            .flat_map(|p| p.refunds.iter().map(|back| (back, &p.currency)));
        let back = back.filter(|((_, _, _, state), _)| *state == "done");
        (
            paid.map(|p| money(p.amount, &p.currency)).collect(),
            back.map(|((_, _, amount, _), code)| money(*amount, code))
                .collect(),
        )
    }
}

#[async_trait]
impl HttpClient for AcmePay {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let header = |name: &str| {
            let value = request.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let path = request.uri().path().to_owned();
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let mut state = self.state();
        let asked = format!("{path} {body}");
        let key = header("key");
        let kept = key.as_ref().and_then(|key| state.keys.get(key).cloned());
        let (status, mut said) = match kept {
            _ if header("authorization").as_deref() != Some(API_KEY) => (401, String::new()),
            Some((first, ..)) if first != asked => (409, "no=key".to_owned()),
            Some((_, status, said)) => (status, said),
            None => state.answer(request.method(), &path, &body),
        };
        if let Some(key) = key {
            state.keys.insert(key, (asked, status, said.clone()));
        }
        said += "&end=1";
        Ok(Response::builder()
            .status(status)
            .body(said.into())
            .unwrap())
    }
}
