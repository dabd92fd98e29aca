//! Requests: whoever answers hears of each, once, and of none that is over.
use std::sync::Arc;

use chrono_tz::Tz;
use portal_core::{
    Contact, Effect, EffectKind, Id, Page, Portal, PortalBuilder, RecordRef, Settings, Store as _,
    effect::{MailKind, Recipient},
    memory::Memory,
    request::{
        Asked, CallOff, CalledOff, Edit, Help, OrderItem, PickUp, Request, RequestState, Review,
        SiteContact,
    },
};
use portal_testkit::facts::*;

use super::support::*;

mod letters;
mod telling;

const OVER: [RequestState; 4] = [
    RequestState::Approved,
    RequestState::Declined,
    RequestState::Done,
    RequestState::Withdrawn,
];

fn wired(memory: &Memory, edit: impl FnOnce(&mut Settings)) -> PortalBuilder {
    let mut settings = Settings::default();
    settings.mail.staff_address = Some("desk@store.example".to_owned());
    settings.zone = Tz::Europe__Madrid;
    edit(&mut settings);
    builder(memory)
        .requests(Arc::new(memory.clone()))
        .settings(settings)
}

fn portal(memory: &Memory) -> Portal {
    wired(memory, |_| ()).build().unwrap()
}

fn asks(id: &str, asked: impl Into<Asked>) -> Request {
    Request::new(
        Id::new(id),
        format!("R-{id}"),
        Id::new("ana"),
        today(),
        asked,
    )
}

fn call_off() -> CallOff {
    let items = vec![CalledOff::new("Mixer", 1), CalledOff::new("Fence", 24)];
    CallOff::new("C-1", items, today() + hours(6))
        .in_zone(Tz::Atlantic__Canary)
        .picked_up(PickUp::from(today() + days(1)).at("North site"))
        .asking_for(SiteContact::new("Ben", Some("+34 600 123 456".to_owned())))
        .under("PO 7731")
        .noting("Call first")
}

fn help() -> Help {
    Help::new("A leg is broken.").with(chair())
}

fn review() -> Review {
    Review::new(chair(), "In preparation", "Every customer action")
        .editing(Edit::new("Address", None, Some("Gran Vía".to_owned())))
        .noting("We move")
}

fn chair() -> OrderItem {
    OrderItem::order(Id::new("o1"), "SO-1").item("Armchair")
}

/// One of each kind.
fn of_each_kind(id: &str) -> [Request; 3] {
    [asks(id, call_off()), asks(id, help()), asks(id, review())]
}

async fn owed(memory: &Memory) -> Vec<Effect> {
    let mut found = vec![];
    let mut page = Page::first(Page::LARGEST);
    loop {
        let queued = memory.outbox(&page).await.unwrap();
        found.extend(queued.items.into_iter().map(|queued| queued.effect));
        match queued.next {
            Some(cursor) => page = page.following(cursor),
            None => return found,
        }
    }
}

fn mail(kind: MailKind, id: &str) -> Effect {
    let effect = EffectKind::Mail {
        kind,
        to: Recipient::Staff,
        about: RecordRef::Request(Id::new(id)),
        because: command(1),
        with: vec![],
    };
    Effect::new(command(1).0, effect)
}

fn ana() -> Contact {
    contact("ana")
}
