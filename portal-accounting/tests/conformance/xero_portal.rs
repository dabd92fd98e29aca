//! A portal with Xero for its books: what Xero posts, and its worst days. Each ends in a state that has a name and a remedy: never in a loop, never in a second invoice.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portal_accounting::AdapterError;
use portal_core::{
    Clock as _, EffectKind, Id, Order, Page, Portal, Store as _,
    accounting::{
        AccountingStore as _, Attention, Export, ExportKey, ExportState, Health, LedgerConnection,
        LedgerRemedy, RetryExport,
    },
    adapter::{AdapterErrorKind, Disposition},
    chrono::Duration,
    http::{Bytes, HttpClient, Method, Request, Response},
    memory::Memory,
    order::{CutOff, LedgerLink},
    payment::{RawWebhook, WebhookAnswer},
    staff::{Staff, StaffDesk, StaffRole},
    uuid::Uuid,
};
use portal_testkit::{
    AnyCodes, AnyProvider, RecordingHost,
    facts::{OrderFacts as _, command, contact, hours, minutes, order, today},
    xero::{FakeXero, Limit, Line},
};

use super::xero::{Played, played};

/// What happens on the way to Xero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    /// Nothing.
    Usual,
    /// Consent is taken back just before the next invoice is made.
    RevokedBefore,
    /// Just after, and nobody hears that it was made.
    RevokedAfter,
    /// The next invoice is made, and a proxy's page is the answer.
    PageAfter,
    /// Everything is answered with a proxy's page.
    Pages,
}

#[derive(Debug, Clone)]
struct Way {
    xero: FakeXero,
    day: Arc<Mutex<Day>>,
}

fn page() -> Response<Bytes> {
    let page = Bytes::from_static(b"<html><body>We'll be right back.</body></html>");
    let page = Response::builder()
        .header("content-type", "text/html")
        .body(page);
    page.unwrap()
}

#[async_trait]
impl HttpClient for Way {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let makes = request.method() == Method::PUT && request.uri().path().ends_with("/Invoices");
        let day = {
            let mut day = self.day.lock().unwrap();
            match *day {
                Day::Pages => Day::Pages,
                _ if makes => std::mem::replace(&mut *day, Day::Usual),
                _ => Day::Usual,
            }
        };
        match day {
            Day::Usual => self.xero.send(request).await,
            Day::RevokedBefore => {
                self.xero.revoke();
                self.xero.send(request).await
            }
            Day::RevokedAfter => {
                self.xero.send(request).await?;
                self.xero.revoke();
                let (kind, unknown) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
                let lost = AdapterError::new(kind, unknown, "test", "send", "lost");
                Err(lost)
            }
            Day::PageAfter => self.xero.send(request).await.map(|_| page()),
            Day::Pages => Ok(page()),
        }
    }
}

/// One order of Ana's over 120 EUR, and an organisation at Xero that has let the portal in.
struct Scene {
    at: Played,
    way: Way,
    memory: Memory,
    host: RecordingHost,
    portal: Portal,
}

impl Scene {
    async fn new() -> Self {
        let at = played().await;
        let way = Way {
            xero: at.xero.clone(),
            day: Arc::new(Mutex::new(Day::Usual)),
        };
        let (memory, host) = (Memory::default(), RecordingHost::default());
        let xero = at.over(Arc::new(way.clone()));
        let portal = Portal::builder(Arc::new(memory.clone()), Arc::new(memory.clone()))
            .clock(Arc::new(at.clock.clone()))
            .payments(Arc::new(AnyProvider::taking(["EUR"])))
            .payment_store(Arc::new(memory.clone()))
            .accounting(Arc::new(xero), Arc::new(AnyCodes::default()))
            .accounting_store(Arc::new(memory.clone()))
            .host(Arc::new(host.clone()))
            .build()
            .unwrap();
        memory.put_contact(contact("ana"));
        memory.put_order(order("o1").invoiced(today()).details());
        Self {
            at,
            way,
            memory,
            host,
            portal,
        }
    }

    fn comes(&self, day: Day) {
        *self.way.day.lock().unwrap() = day;
    }

    async fn export(&self) {
        let books = self.portal.accounting().unwrap();
        books.export(&o1()).await.unwrap();
        self.work().await;
    }

    /// It is there, and Xero has posted so.
    async fn exported(&self) -> Uuid {
        self.export().await;
        assert_eq!(self.standing().await.state, ExportState::Connected);
        self.hear_all().await;
        self.work().await;
        // Whatever is posted at one instant is one look.
        self.at.clock.advance(minutes(1));
        self.at.xero.invoices().first().unwrap().id
    }

    async fn work(&self) {
        for _ in 0..50 {
            let round = self.portal.dispatcher().run_once().await.unwrap();
            if round == portal_core::outbox::Round::default() {
                return;
            }
        }
        panic!("the outbox has no end");
    }

    /// Time passes, and the outbox is worked off every minute of it, or less often in a long time.
    async fn after(&self, time: Duration) {
        let end = self.at.clock.now() + time;
        while self.at.clock.now() < end {
            let step = (end - self.at.clock.now()).min(minutes(1).max(time / 200));
            self.at.clock.advance(step);
            self.work().await;
        }
    }

    async fn standing(&self) -> Export {
        let found = self.memory.export(&ExportKey::Order(o1())).await;
        found.unwrap().unwrap().value
    }

    async fn connection(&self) -> LedgerConnection {
        let found = self.portal.accounting().unwrap().connection().await;
        found.unwrap().unwrap()
    }

    async fn link(&self) -> LedgerLink {
        let found = portal_core::Directory::order(&self.memory, &o1()).await;
        found.unwrap().unwrap().value.order.ledger
    }

    fn admin(&self) -> StaffDesk {
        self.portal.staff(Staff::new("sam", StaffRole::Admin))
    }

    async fn hears(&self, post: &RawWebhook) -> WebhookAnswer {
        self.portal.ledger_webhook(post).await
    }

    async fn hear_all(&self) {
        for post in self.at.xero.posts() {
            assert_eq!(self.hears(&post).await.status, 200);
        }
    }

    /// Everything that was written down, and how often Xero was asked anything.
    async fn known(&self) -> (usize, usize) {
        let trail = self.memory.audit(&Page::first(100)).await.unwrap();
        (trail.items.len(), self.at.xero.heard().len())
    }

    /// How many requests there were to make an invoice.
    fn tried(&self) -> usize {
        let makes =
            |method: &Method, path: &str| *method == Method::PUT && path.ends_with("/Invoices");
        let heard = self.at.xero.heard();
        heard.iter().filter(|h| makes(&h.method, &h.path)).count()
    }

    fn staff_tasks(&self) -> usize {
        let is_task = |kind: &EffectKind| matches!(kind, EffectKind::StaffTask { .. });
        let all = self.host.delivered();
        all.iter().filter(|effect| is_task(&effect.kind)).count()
    }

    /// Somebody consents again, and staff look whether that helped.
    async fn connected_anew(&self) {
        let organisation = FakeXero::TENANT.parse().unwrap();
        self.at.xero.connect(organisation, "A school");
        self.at.let_in(FakeXero::SCOPES).await;
        self.admin().check_books().await.unwrap();
    }
}

/// How Xero finds out whether signatures are checked: 401 to each that is wrong, 200 and nothing else to each that is right, or it never posts anything.
#[tokio::test]
async fn an_intent_to_receive_is_answered_as_xero_wants() {
    let at = Scene::new().await;
    at.exported().await;
    let before = at.known().await;
    for (post, good) in at.at.xero.intent_to_receive() {
        let answer = at.hears(&post).await;
        let wanted = if good { 200 } else { 401 };
        assert_eq!((answer.status, answer.body), (wanted, ""));
    }
    at.work().await;
    assert_eq!(at.known().await, before);
}

/// A5
#[tokio::test]
async fn a_void_that_xero_posts_cuts_the_order_off_at_once() {
    let at = Scene::new().await;
    let invoice = at.exported().await;
    at.at.xero.void(invoice);
    at.hear_all().await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    at.work().await;
    let off = CutOff::RemoteVoided;
    assert_eq!(at.standing().await.state, ExportState::Disconnected(off));
    assert_eq!(at.link().await, LedgerLink::cut_off("Xero", off));
}

/// A5
#[tokio::test]
async fn an_edit_that_xero_posts_cuts_the_order_off_at_once() {
    let at = Scene::new().await;
    let invoice = at.exported().await;
    at.at.xero.edit(invoice, |invoice| {
        invoice.lines.push(Line::of("Added there", 1.into()));
    });
    at.hear_all().await;
    at.work().await;
    let off = ExportState::Disconnected(CutOff::RemoteChanged);
    assert_eq!(at.standing().await.state, off);
    assert_eq!(at.staff_tasks(), 1);
}

/// Forged, bent, far too large, of another organisation, of an invoice that is not ours, and old ones in any order: nothing is written, and nothing asked.
#[tokio::test]
async fn a_post_that_is_not_of_our_invoices_changes_nothing() {
    let at = Scene::new().await;
    at.exported().await;
    let by_hand = at.at.xero.put_contact("Somebody there");
    let _ = at.at.xero.put_invoice("BY-HAND-1", by_hand, 7.into());
    let theirs = at.at.xero.posts();
    assert!(!theirs.is_empty());
    let before = at.known().await;
    for post in theirs.iter().chain([&at.at.xero.post_of_a_stranger()]) {
        assert_eq!(at.hears(post).await.status, 200);
    }
    let all = at.at.xero.post_of_all();
    let body = str::from_utf8(&all.body).unwrap();
    let forged = at.at.xero.signed_by(body, "somebody else's key");
    let mut bent = all.clone();
    bent.body.push(b' ');
    let mut unsigned = all.clone();
    unsigned.headers.clear();
    for post in [forged, bent, unsigned] {
        assert_eq!(at.hears(&post).await.status, 401);
    }
    let mut too_large = all.clone();
    too_large.body.resize(RawWebhook::LARGEST + 1, b' ');
    assert_eq!(at.hears(&too_large).await.status, 413);
    at.work().await;
    assert_eq!(at.known().await, before);

    // Everything that ever happened, again: it is looked at, and nothing is new.
    for _ in 0..3 {
        assert_eq!(at.hears(&all).await.status, 200);
    }
    at.work().await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.staff_tasks(), 0);
}

/// Nothing was made. The connection says what staff must do, and it goes on by itself once they have.
#[tokio::test]
async fn consent_taken_back_in_the_middle_of_an_export_waits_for_staff() {
    let at = Scene::new().await;
    at.comes(Day::RevokedBefore);
    at.export().await;
    assert_eq!(at.standing().await.state, ExportState::Exporting);
    let health = at.connection().await.health;
    assert!(matches!(health, Health::Revoked | Health::ReauthRequired));
    let before = at.at.xero.heard().len();
    at.after(hours(30)).await;
    assert!(at.at.xero.invoices().is_empty());
    assert_eq!(at.standing().await.state, ExportState::Exporting);
    assert!(matches!(at.link().await, LedgerLink::Exporting { .. }));
    let asked = at.at.xero.heard().len() - before;
    assert!(asked < 400, "{asked} requests in thirty hours");
    assert!(at.admin().check_books().await.is_err());

    at.connected_anew().await;
    at.after(hours(1)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.at.xero.invoices().len(), 1);
}

/// It was made, and nobody heard so: connected anew, it is found and is the only one.
#[tokio::test]
async fn consent_taken_back_after_a_lost_answer_leaves_one_invoice() {
    let at = Scene::new().await;
    at.comes(Day::RevokedAfter);
    at.export().await;
    assert_eq!(at.standing().await.state, ExportState::Recovering);
    at.after(hours(30)).await;
    assert_ne!(at.connection().await.health, Health::Active);
    assert!(matches!(at.link().await, LedgerLink::Exporting { .. }));

    at.connected_anew().await;
    at.after(hours(2)).await;
    let export = at.standing().await;
    if let ExportState::NeedsAttention(why) = &export.state {
        // It was given up while nobody could look: staff have it looked for once more.
        assert_eq!(why.remedy(), LedgerRemedy::LookThere);
        let retry = RetryExport::new(command(7), o1());
        at.admin().submit(&retry).await.unwrap();
        at.after(hours(1)).await;
    }
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!((at.at.xero.invoices().len(), at.tried()), (1, 1));
}

/// Eighteen hours and more: nobody asks before they are over, and staff see until when.
#[tokio::test]
async fn a_days_limit_is_waited_out_and_the_order_goes_in() {
    let at = Scene::new().await;
    at.at.xero.limit_next(Limit::Day, Some(66_975));
    let until = at.at.clock.now() + Duration::seconds(66_975);
    at.export().await;
    assert_eq!(at.standing().await.state, ExportState::Exporting);
    let seen = at.admin().books().await.unwrap().unwrap();
    assert_eq!(seen.paused_until, Some(until));
    let asked = at.at.xero.heard().len();
    at.after(hours(18)).await;
    assert_eq!(at.at.xero.heard().len(), asked);
    assert!(matches!(at.link().await, LedgerLink::Exporting { .. }));
    at.after(hours(2)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.at.xero.invoices().len(), 1);
}

/// The invoice was made, and a proxy's page is no answer: it is found.
#[tokio::test]
async fn a_page_instead_of_an_answer_makes_no_second_invoice() {
    let at = Scene::new().await;
    at.comes(Day::PageAfter);
    at.export().await;
    assert_eq!(at.standing().await.state, ExportState::Recovering);
    at.after(minutes(10)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!((at.at.xero.invoices().len(), at.tried()), (1, 1));
}

/// For two days nothing but a proxy's page: staff have it, with what to do; mended, it goes in once.
#[tokio::test]
async fn pages_for_days_are_for_staff_and_end_in_one_invoice() {
    let at = Scene::new().await;
    at.comes(Day::Pages);
    at.export().await;
    at.after(hours(49)).await;
    let ExportState::NeedsAttention(why) = at.standing().await.state else {
        panic!("{:?}", at.standing().await.state);
    };
    let known = matches!(why, Attention::Unreached { .. } | Attention::OutcomeUnknown);
    assert!(known, "{why:?}");
    let remedies = [LedgerRemedy::RetryLater, LedgerRemedy::LookThere];
    assert!(remedies.contains(&why.remedy()));
    assert_eq!(at.staff_tasks(), 1);
    let page = Page::default();
    let waits = at.admin().exports_needing_attention(&page).await.unwrap();
    assert_eq!(waits.items.len(), 1);

    at.comes(Day::Usual);
    let retry = RetryExport::new(command(7), o1());
    at.admin().submit(&retry).await.unwrap();
    at.after(hours(1)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.at.xero.invoices().len(), 1);
}

fn o1() -> Id<Order> {
    Id::new("o1")
}
