//! The profile form: exactly the host's fields, written to the host at once, all or nothing.
mod anything;
mod forms;
mod refused;
mod shown;
mod taken;

use std::sync::Arc;

use portal_core::{
    CustomerDesk, Error, Id, Language, Page, Refusal, Settings, Store,
    accounts::Applicant,
    details::{EmailAddress, Phone, PostalAddress, PostalCode, Region},
    memory::Memory,
    profile::{
        Choice, Field, FieldKind, FieldName, FieldValue, FilledField, Label, ProfileForm,
        ProfileRefusal, UpdateProfile, Value,
    },
    words::Words,
};
use portal_testkit::{FlakyStore, facts::*};
use proptest::prelude::*;

use super::support::*;

fn form() -> ProfileForm {
    let sizes = [Choice::new("s", "Small"), Choice::new("l", "Large")];
    ProfileForm::new([
        Field::line(
            "company",
            Label::new("Company").and(Language::Es, "Empresa"),
            20,
        )
        .required(),
        Field::line("member", "Member number", 20).read_only(),
        Field::text("about", "About you", 50),
        Field::choice("size", "Size", sizes),
        Field::new("news", "Newsletter", FieldKind::Flag),
        Field::new("birthday", "Birthday", FieldKind::Date),
        Field::new("mobile", "Mobile", FieldKind::Phone),
        Field::new("second_email", "Second e-mail", FieldKind::Email),
        Field::new("zip", "ZIP", FieldKind::PostalCode),
        Field::new("billing", "Billing address", FieldKind::Address),
    ])
}

fn value(field: &str, value: Value) -> FieldValue {
    FieldValue::new(field, value)
}

fn text(field: &str, text: &str) -> FieldValue {
    value(field, Value::Text(text.into()))
}

/// Ana, whom the host knows more about than its form shows.
fn memory() -> Memory {
    let memory = Memory::default();
    memory.put_contact(contact("ana"));
    memory.put_profile(
        Id::new("ana"),
        vec![
            text("credit_rating", "AAA"),
            text("company", "Acme"),
            text("member", "M-1"),
        ],
    );
    memory
}

fn desk_over(memory: &Memory, store: Arc<dyn Store>, form: ProfileForm) -> CustomerDesk {
    let mut settings = Settings::default();
    settings.country = Region::parse("US").ok();
    let portal = portal_core::Portal::builder(store, Arc::new(memory.clone()))
        .profile(form, Arc::new(memory.clone()))
        .settings(settings)
        .clock(Arc::new(portal_testkit::StoppedClock::at(today())))
        .build()
        .unwrap();
    portal.customer(viewer(&contact("ana")))
}

fn ana(memory: &Memory) -> CustomerDesk {
    desk_over(memory, Arc::new(memory.clone()), form())
}

fn update(n: u128, typed: &[(&str, &str)]) -> UpdateProfile {
    UpdateProfile::new(command(n), typed.iter().copied())
}

async fn filled(memory: &Memory) -> Vec<FilledField> {
    ana(memory).profile().unwrap().form().await.unwrap()
}

async fn stored(memory: &Memory, key: &str) -> Value {
    let fields = filled(memory).await;
    let found = fields.into_iter().find(|f| *f.field.key == *key);
    found.unwrap().value
}

async fn said(memory: &Memory, typed: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let no = ana(memory).submit(&update(99, typed)).await.unwrap_err();
    let mut said: Vec<_> = no
        .refusals()
        .unwrap()
        .iter()
        .map(|refusal| match refusal {
            Refusal::Profile(no) => (refusal.code(), no.at().field.to_string()),
            other => panic!("{other:?}"),
        })
        .collect();
    said.sort_unstable();
    said
}
