//! Every request the adapter makes, held to Xero's published description by Prism, which somebody else wrote. `PORTAL_SPECS` names a folder with
//! `xero/xero_accounting.prism.yaml`; `cargo xtask peers` installs Prism. Meanwhile `FakeXero` answers, who refuses any field that Xero does not have.
use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use portal_accounting::{AdapterError, xero::Xero};
use portal_core::{
    Id, Money,
    accounting::{
        AccountingSystem as _, ChangeCursor, CustomerRef, DraftLine, FindDocument, InvoiceDraft,
        LedgerCustomer, LineCodes, PaymentPosting, TaxIn,
    },
    chrono::NaiveDate,
    http::{Bytes, HttpClient, Request, Response},
    uuid::Uuid,
};
use portal_payments::http::{Client, Limits};
use portal_testkit::{StoppedClock, facts::today, xero::FakeXero};

use crate::canned::adapter;

/// A program of somebody else's, which ends with the test.
pub(crate) struct Running(pub(crate) Child);

struct Prism {
    process: Running,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where `cargo xtask peers` puts programs of npm's: beside what cargo builds.
pub(crate) fn peers() -> PathBuf {
    let built = std::env::current_exe().unwrap();
    let target = built.ancestors().nth(3).unwrap();
    target.join("peers/npm")
}

fn prism() -> Option<Prism> {
    let Some(folder) = std::env::var_os("PORTAL_SPECS") else {
        eprintln!(
            "skipped: PORTAL_SPECS names no folder, no request was held to Xero's description"
        );
        return None;
    };
    let spec = PathBuf::from(folder).join("xero/xero_accounting.prism.yaml");
    let program = peers().join("node_modules/.bin/prism");
    if !spec.exists() || !program.exists() {
        eprintln!(
            "skipped: {} or {} is missing, no request was held to Xero's description; `cargo xtask peers` installs Prism",
            spec.display(),
            program.display()
        );
        return None;
    }
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let process = Command::new(program)
        .args(["mock", "--errors", "--port", &port.to_string()])
        .arg(spec)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let process = Running(process);
    Some(Prism { process, port })
}

impl Prism {
    async fn answers(&mut self, client: &Client) {
        let patience = Instant::now() + Duration::from_mins(2);
        loop {
            let ask = Request::get(format!("http://127.0.0.1:{}/Organisation", self.port));
            if client.send(ask.body(Bytes::new()).unwrap()).await.is_ok() {
                return;
            }
            assert!(self.process.0.try_wait().unwrap().is_none(), "Prism ended");
            assert!(Instant::now() < patience, "Prism does not answer");
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

/// Shows each request to Prism, and lets the fake answer it.
#[derive(Debug)]
struct Twice {
    fake: FakeXero,
    client: Client,
    port: Option<u16>,
    heard: Mutex<Vec<(String, String)>>,
}

#[async_trait]
impl HttpClient for Twice {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        if let Some(port) = self.port {
            let path = request.uri().path_and_query().unwrap().as_str();
            let path = path.strip_prefix("/api.xro/2.0").unwrap();
            let mut shown = request.clone();
            *shown.uri_mut() = format!("http://127.0.0.1:{port}{path}").parse().unwrap();
            let said = self.client.send(shown).await.unwrap();
            let what = format!("{} {path}", request.method());
            let body = String::from_utf8_lossy(said.body()).into_owned();
            // Some of the answers in Xero's description are not what it describes: that is not the request's fault.
            let of_the_answer = body.contains(r#""location":["response""#)
                && !body.contains(r#""location":["request""#);
            assert!(
                said.status().is_success() || of_the_answer,
                "{what}: {} {body}",
                said.status()
            );
            self.heard.lock().unwrap().push((what, body));
        }
        self.fake.send(request).await
    }
}

fn eur(text: &str) -> Money {
    Money::new(text.parse().unwrap(), "NZD".parse().unwrap()).unwrap()
}

fn draft(number: &str, customer: &CustomerRef, day: NaiveDate, codes: LineCodes) -> InvoiceDraft {
    let line = DraftLine::new("A course <b>& more", eur("100.50"), codes);
    let (number, customer) = (number.into(), customer.clone());
    InvoiceDraft::new(
        number,
        Id::new("o1"),
        customer,
        day,
        vec![line],
        eur("100.50"),
    )
}

/// Everything the adapter can ask and say, in every form it has.
async fn everything(xero: &Xero, fake: &FakeXero, day: NaiveDate) {
    let key = Uuid::from_u128;
    xero.check().await.unwrap();
    let ana =
        LedgerCustomer::new("ana-1", "Ana  <Diaz>").with_email(Some("ana@example.com".to_owned()));
    let customer = xero.customer(&ana, key(1)).await.unwrap();
    let known = ana.clone().known_as(Some(customer.clone()));
    assert_eq!(xero.customer(&known, key(2)).await.unwrap(), customer);
    assert_eq!(xero.customer(&ana, key(3)).await.unwrap(), customer);
    let odd = LedgerCustomer::new("ana/2 & co.", "Ana Two");
    let other = xero.customer(&odd, key(4)).await.unwrap();
    assert_eq!(xero.customer(&odd, key(5)).await.unwrap(), other);

    let plain = LineCodes::account("200").taxed("NONE");
    let first = draft("N-1", &customer, day, plain.clone())
        .due_on(day)
        .linked(Some("https://school.example/orders/o1".to_owned()));
    let first = xero.create(&first, key(6)).await.unwrap();
    let untaxed = draft("N-2", &customer, day, LineCodes::account("200")).taxed(TaxIn::None);
    let second = xero.create(&untaxed, key(7)).await.unwrap();
    let on_top = draft("N-3", &other, day, plain).taxed(TaxIn::OnTop);
    let third = xero.create(&on_top, key(8)).await.unwrap();
    for what in [
        FindDocument::Document(first.document.clone()),
        FindDocument::Number("N-1".into()),
    ] {
        assert_eq!(
            xero.find(&what).await.unwrap().unwrap().document,
            first.document
        );
    }

    let pay = |document: &portal_core::accounting::LedgerDocument, account: &str| {
        PaymentPosting::new(
            document.document.clone(),
            eur("20.10"),
            day,
            account.into(),
            "pay:1".into(),
        )
    };
    let paid = xero
        .record_payment(&pay(&first, "090"), key(9))
        .await
        .unwrap();
    let accounts = Uuid::from_u128(0).to_string();
    // The fake has no such account, and Prism has heard the form of it.
    xero.record_payment(&pay(&first, &accounts), key(10))
        .await
        .unwrap_err();
    let voiding = xero.voiding().unwrap();
    voiding.take_back(&paid.payment, key(11)).await.unwrap();
    voiding.void(&second.document, key(12)).await.unwrap();

    let papers = xero.papers().unwrap();
    papers.copy(&first.document).await.unwrap();
    assert!(papers.pay_link(&first.document).await.unwrap().is_some());
    xero.notes()
        .unwrap()
        .add(&first.document, "Paid in the portal", key(13))
        .await
        .unwrap();

    let mut cursor = ChangeCursor::Since(today());
    loop {
        let page = xero.changes(&cursor).await.unwrap();
        cursor = page.next;
        if !page.more {
            break;
        }
    }
    assert_eq!(fake.invoices().len(), 3);
    assert_eq!(third.total, eur("100.50"));
}

#[tokio::test]
async fn every_request_is_one_that_xero_describes() {
    let client = Client::new(Limits::default()).unwrap();
    let mut prism = prism();
    if let Some(prism) = &mut prism {
        prism.answers(&client).await;
    }
    let fake = FakeXero::new(&StoppedClock::default());
    let twice = Arc::new(Twice {
        fake: fake.clone(),
        client,
        port: prism.as_ref().map(|prism| prism.port),
        heard: Mutex::default(),
    });
    let access = fake.grant().access_token;
    let xero = adapter(Arc::clone(&twice) as _, &access).await;
    everything(&xero, &fake, today().date_naive()).await;
    if prism.is_some() {
        let heard = twice.heard.lock().unwrap();
        assert!(heard.len() > 20, "{heard:?}");
    }
}
