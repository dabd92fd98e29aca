//! Every request the adapter makes, held to Xero's published description by Prism, which somebody else wrote. `PORTAL_SPECS` names a folder with
//! `xero/xero_accounting.prism.yaml` and `xero/xero-identity.yaml`; `cargo xtask peers` installs Prism. Meanwhile `FakeXero` answers, who refuses any field that Xero does not have.
use std::{
    collections::BTreeSet,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use portal_accounting::{
    AdapterError,
    xero::{Xero, XeroIdentity},
};
use portal_core::{
    Id, Money,
    accounting::{
        AccountingSystem as _, ChangeCursor, CustomerRef, DraftLine, FindDocument, InvoiceDraft,
        LedgerCustomer, LineCodes, PaymentPosting, TaxIn, tokens::TokenSet,
    },
    chrono::{NaiveDate, TimeDelta},
    http::{Bytes, HttpClient, Request, Response},
    uuid::Uuid,
};
use portal_payments::http::{Client, Limits};
use portal_testkit::{StoppedClock, facts::today, xero::FakeXero};

use crate::canned::{adapter, app};

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

fn prism(spec: &str) -> Option<Prism> {
    let Some(folder) = std::env::var_os("PORTAL_SPECS") else {
        eprintln!(
            "skipped: PORTAL_SPECS names no folder, no request was held to Xero's description"
        );
        return None;
    };
    let spec = PathBuf::from(folder).join("xero").join(spec);
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
            let ask = Request::get(format!("http://127.0.0.1:{}/", self.port));
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
    books: Option<u16>,
    identity: Option<u16>,
    /// Of which kinds there were any, and how many Prism took.
    heard: Mutex<(BTreeSet<String>, usize)>,
}

/// What there is one of: without names, and without what is asked for.
fn kind(request: &Request<Bytes>) -> String {
    let path = request.uri().path().split('/').map(|step| {
        let is_name = Uuid::try_parse(step).is_ok();
        if is_name { "{id}" } else { step }
    });
    let path = path.collect::<Vec<_>>().join("/");
    let path = path.strip_prefix("/api.xro/2.0").unwrap_or(&path);
    let asked = request.uri().query().unwrap_or_default().split('&');
    let further = asked.clone().any(|pair| pair == "page=2");
    let asked = asked.filter_map(|pair| pair.split('=').next());
    let mut asked: Vec<_> = asked.filter(|name| !name.is_empty()).collect();
    asked.sort_unstable();
    let paper = request.headers()["accept"] == "application/pdf";
    let [paper, further] =
        [(paper, " as pdf"), (further, " page 2")].map(|(is, what)| if is { what } else { "" });
    let said = if asked.is_empty() { "" } else { "?" };
    let asked = asked.join("&");
    format!("{} {path}{said}{asked}{paper}{further}", request.method())
}

impl Twice {
    /// Where Prism hears of it, and as what: the description of the connections begins with another letter.
    fn described(&self, request: &Request<Bytes>) -> Option<String> {
        let path = request.uri().path_and_query().unwrap().as_str();
        if let Some(path) = path.strip_prefix("/api.xro/2.0") {
            return self
                .books
                .map(|port| format!("http://127.0.0.1:{port}{path}"));
        }
        let path = path.strip_prefix("/connections")?;
        let port = self.identity?;
        Some(format!("http://127.0.0.1:{port}/Connections{path}"))
    }
}

#[async_trait]
impl HttpClient for Twice {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let what = kind(&request);
        if let Some(uri) = self.described(&request) {
            let mut shown = request.clone();
            *shown.uri_mut() = uri.parse().unwrap();
            let said = self.client.send(shown).await.unwrap();
            let body = String::from_utf8_lossy(said.body()).into_owned();
            // Some of the answers in Xero's description are not what it describes: that is not the request's fault.
            let of_the_answer = body.contains(r#""location":["response""#)
                && !body.contains(r#""location":["request""#);
            assert!(
                said.status().is_success() || of_the_answer,
                "{what}: {} {body}",
                said.status()
            );
            self.heard.lock().unwrap().1 += 1;
        }
        self.heard.lock().unwrap().0.insert(what);
        self.fake.send(request).await
    }
}

/// Every kind of request there is in the adapter.
const KINDS: [&str; 21] = [
    "DELETE /connections/{id}",
    "GET /Contacts/{id}",
    "GET /Contacts?includeArchived&where",
    "GET /Currencies",
    "GET /Invoices/{id}",
    "GET /Invoices/{id} as pdf",
    "GET /Invoices/{id}/OnlineInvoice",
    "GET /Invoices?InvoiceNumbers&page&pageSize",
    "GET /Invoices?order&page&pageSize",
    "GET /Invoices?order&page&pageSize page 2",
    "GET /Organisation",
    "GET /Payments/{id}",
    "GET /Payments?order&page&pageSize",
    "GET /Payments?order&page&pageSize page 2",
    "GET /connections?authEventId",
    "POST /Invoices/{id}",
    "POST /Payments/{id}",
    "PUT /Contacts?summarizeErrors",
    "PUT /Invoices/{id}/History",
    "PUT /Invoices?summarizeErrors",
    "PUT /Payments?summarizeErrors",
];

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

    assert_eq!(fake.invoices().len(), 3);
    let by_hand = fake.put_contact("Somebody there");
    for n in 0..101 {
        let invoice = fake.put_invoice(&format!("BY-HAND-{n}"), by_hand, 7.into());
        fake.pay(invoice, 7.into());
    }
    let mut cursor = ChangeCursor::Since(today());
    loop {
        let page = xero.changes(&cursor).await.unwrap();
        cursor = page.next;
        if !page.more {
            break;
        }
    }
    assert_eq!(third.total, eur("100.50"));
}

/// Which organisations there are, and letting go of one.
async fn letting_go(identity: &XeroIdentity, tokens: &TokenSet) {
    let all = identity.connections(tokens).await.unwrap();
    assert_eq!(all.len(), 1);
    identity.disconnect(tokens, &all[0].id).await.unwrap();
    assert!(identity.connections(tokens).await.unwrap().is_empty());
}

#[tokio::test]
async fn every_request_is_one_that_xero_describes() {
    let client = Client::new(Limits::default()).unwrap();
    let mut books = prism("xero_accounting.prism.yaml");
    let mut identity = prism("xero-identity.yaml");
    for prism in [&mut books, &mut identity].into_iter().flatten() {
        prism.answers(&client).await;
    }
    let clock = StoppedClock::default();
    let fake = FakeXero::new(&clock);
    let twice = Arc::new(Twice {
        fake: fake.clone(),
        client,
        books: books.as_ref().map(|prism| prism.port),
        identity: identity.as_ref().map(|prism| prism.port),
        heard: Mutex::default(),
    });
    let access = fake.grant().access_token;
    let xero = adapter(Arc::clone(&twice) as _, &access).await;
    everything(&xero, &fake, today().date_naive()).await;
    let tokens = TokenSet::new(access.into(), None, today(), TimeDelta::minutes(30));
    let consent = XeroIdentity::new(app(), Arc::clone(&twice) as _, Arc::new(clock)).unwrap();
    letting_go(&consent, &tokens).await;
    let heard = twice.heard.lock().unwrap();
    let kinds: Vec<_> = heard.0.iter().map(String::as_str).collect();
    assert_eq!(kinds, KINDS);
    if books.is_some() && identity.is_some() {
        assert!(heard.1 > 30, "{heard:?}");
        eprintln!(
            "{} requests of {} kinds, each taken by Prism",
            heard.1,
            kinds.len()
        );
    }
}
