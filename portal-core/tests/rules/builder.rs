use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use portal_core::{
    Portal, Settings,
    adapter::AdapterError,
    courses::PriceRule,
    mail::{Mail, Mailer},
    memory::Memory,
};
use portal_testkit::{AnyProvider, PlainWriter, facts::minutes};

use super::support::*;

#[test]
fn every_problem_of_a_configuration_is_reported_at_once() {
    let memory = Memory::default();
    let mut settings = Settings::default();
    settings.courses.price_rule = PriceRule::RequireReview;
    settings.mail.staff_notice_on_cancel = true;
    let error = builder(&memory)
        .settings(settings)
        .payments(Arc::new(AnyProvider::taking(["EUR"])))
        .payments(Arc::new(AnyProvider::taking(["EUR"])))
        .build()
        .unwrap_err();
    let keys: Vec<_> = error.problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "mail.staff_notice_on_cancel",
            "payments",
            "payments",
            "payments",
            "courses.price_rule"
        ]
    );
    let text = error.to_string();
    assert!(
        text.contains("set mail.staff_address")
            && text.contains("wire .payment_store(..) too")
            && text.contains("wire .host(..) too")
            && text.contains("wire .host(..), or choose another rule"),
        "{text}"
    );
}

#[test]
fn a_portal_without_courses_says_it_does_not_offer_them() {
    let memory = Memory::default();
    let portal = Portal::builder(Arc::new(memory.clone()), Arc::new(memory))
        .build()
        .unwrap();
    let desk = portal.customer(portal_testkit::facts::viewer(
        &portal_testkit::facts::contact("ana"),
    ));
    assert_eq!(
        desk.courses().unwrap_err().to_string(),
        "this portal does not offer courses"
    );
}

/// A mailer that gives up after so long.
#[derive(Debug)]
struct Patient(Duration);

#[async_trait]
impl Mailer for Patient {
    async fn send(&self, _: &Mail) -> Result<(), AdapterError> {
        Ok(())
    }

    fn takes_at_most(&self) -> Option<Duration> {
        Some(self.0)
    }
}

fn leased(lease: chrono::Duration, mailer: Patient) -> Result<Portal, String> {
    let built = builder(&Memory::default())
        .mail_writer(Arc::new(PlainWriter::default()))
        .mailer(Arc::new(mailer))
        .outbox_lease(lease)
        .build();
    built.map_err(|e| e.to_string())
}

/// Its claim would run out while it sends, and another process would send the message again.
#[test]
fn a_mailer_that_may_take_half_the_lease_is_refused_with_both_figures() {
    let patient = |seconds| Patient(Duration::from_secs(seconds));
    let said = leased(minutes(2), patient(61)).unwrap_err();
    for part in [
        "mailer:",
        "take 61 s for one message",
        "claimed for 120 s",
        "give up before 60 s are over",
        ".outbox_lease(..) longer than 122 s",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    leased(minutes(2), patient(60)).unwrap_err();
    leased(minutes(2), patient(59)).unwrap();
    leased(chrono::Duration::seconds(123), patient(61)).unwrap();
    leased(minutes(2), Patient(Duration::MAX)).unwrap_err();
}

#[test]
fn a_lease_in_which_nothing_can_be_begun_is_refused() {
    for none in [0, -60] {
        let said = leased(minutes(none), Patient(Duration::ZERO)).unwrap_err();
        assert!(said.contains("outbox_lease: a lease of"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
