//! Somebody who speaks to the fake by hand.
use std::sync::atomic::{AtomicUsize, Ordering};

use portal_core::{
    adapter::AdapterError,
    http::{Bytes, HttpClient as _, Request, Response},
};
use portal_testkit::{StoppedClock, xero::FakeXero};
use serde_json::Value;

pub(crate) struct Desk {
    pub(crate) xero: FakeXero,
    pub(crate) clock: StoppedClock,
    token: String,
    keys: AtomicUsize,
}

pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// Messages of the first refused element.
    pub(crate) fn complaints(&self) -> String {
        self.json()["Elements"][0]["ValidationErrors"].to_string()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        let clock = StoppedClock::default();
        let xero = FakeXero::new(&clock);
        let token = xero.grant().access_token;
        Self {
            xero,
            clock,
            token,
            keys: AtomicUsize::new(0),
        }
    }

    pub(crate) fn with_token(mut self, token: String) -> Self {
        self.token = token;
        self
    }

    pub(crate) async fn get(&self, path: &str) -> Said {
        self.send("GET", path, &[], "").await.unwrap()
    }

    pub(crate) async fn put(&self, path: &str, body: &str) -> Said {
        self.send("PUT", path, &[], body).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Said {
        self.send("POST", path, &[], body).await.unwrap()
    }

    pub(crate) async fn keyed(&self, key: &str, path: &str, body: &str) -> Said {
        self.send("PUT", path, &[("idempotency-key", key)], body)
            .await
            .unwrap()
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &str,
    ) -> Result<Said, AdapterError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("https://api.xero.com{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("xero-tenant-id", FakeXero::TENANT);
        if !more.iter().any(|(name, _)| *name == "accept") {
            request = request.header("accept", "application/json");
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let answer = self
            .xero
            .send(
                request
                    .body(Bytes::copy_from_slice(body.as_bytes()))
                    .unwrap(),
            )
            .await?;
        Ok(said(&answer))
    }

    pub(crate) async fn token(&self, basic: Option<&str>, form: &str) -> Said {
        let mut request = Request::builder()
            .method("POST")
            .uri("https://identity.xero.com/connect/token");
        if let Some(basic) = basic {
            request = request.header("authorization", basic);
        }
        let answer = self
            .xero
            .send(
                request
                    .body(Bytes::copy_from_slice(form.as_bytes()))
                    .unwrap(),
            )
            .await
            .unwrap();
        said(&answer)
    }

    /// A contact by its name there.
    pub(crate) async fn contact(&self) -> String {
        let n = self.keys.fetch_add(1, Ordering::Relaxed);
        let made = self
            .put(
                "/api.xro/2.0/Contacts",
                &format!(r#"{{"Contacts":[{{"Name":"Ana {n}","ContactNumber":"key-{n}"}}]}}"#),
            )
            .await;
        made.json()["Contacts"][0]["ContactID"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// An open invoice of 120.00 under this number, by its name there.
    pub(crate) async fn invoice(&self, number: &str) -> String {
        let contact = self.contact().await;
        let made = self
            .put("/api.xro/2.0/Invoices", &draft(number, &contact, "120.00"))
            .await;
        assert_eq!(made.status, 200, "{}", made.text);
        made.json()["Invoices"][0]["InvoiceID"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

pub(crate) fn draft(number: &str, contact: &str, amount: &str) -> String {
    format!(
        r#"{{"Invoices":[{{"Type":"ACCREC","Contact":{{"ContactID":"{contact}"}},"InvoiceNumber":"{number}","Date":"2026-03-02","DueDate":"2026-03-16","LineAmountTypes":"NoTax","Status":"AUTHORISED","CurrencyCode":"EUR","LineItems":[{{"Description":"A course","Quantity":1,"UnitAmount":{amount},"AccountCode":"200"}}]}}]}}"#
    )
}

pub(crate) fn payment(invoice: &str, amount: &str, account: &str) -> String {
    format!(
        r#"{{"Payments":[{{"Invoice":{{"InvoiceID":"{invoice}"}},"Account":{{"Code":"{account}"}},"Date":"2026-03-02","Amount":{amount},"Reference":"pay-1"}}]}}"#
    )
}

fn said(answer: &Response<Bytes>) -> Said {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    Said {
        status: answer.status().as_u16(),
        text: text(answer.body()),
        headers: answer
            .headers()
            .iter()
            .map(|(n, v)| (n.to_string(), text(v.as_bytes())))
            .collect(),
    }
}
