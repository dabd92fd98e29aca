use std::sync::Arc;

use portal_core::{
    DocumentBody, Error, Id, Settings,
    courses::{CourseAction, Registration, RegistrationStatus, actions, may_get_certificate},
    memory::Memory,
};
use portal_testkit::{PaperShelf, facts::*};

use super::support::*;

fn completed() -> Registration {
    registration("r1").now(RegistrationStatus::Completed)
}

fn sent(r: Registration) -> Registration {
    r.certified(Id::new("cert-1"), today())
}

/// 000-13, 000-14: to be had exactly when the course is completed and a certificate was sent.
#[test]
fn a_certificate_is_offered_once_the_course_is_over_and_it_was_sent() {
    let settings = Settings::default();
    let over = || registration("r1").on(session("s1").starting_in(hours(-9)));
    for (what, r, expected) in [
        ("completed, sent", sent(completed()), vec![]),
        ("over, sent", sent(over()), vec![]),
        (
            "completed, not sent",
            completed(),
            vec!["course.certificate-not-sent"],
        ),
        (
            "current, sent",
            sent(registration("r1")),
            vec!["course.certificate-not-sent"],
        ),
        (
            "cancelled, sent",
            sent(registration("r1").now(RegistrationStatus::Cancelled)),
            vec!["course.certificate-not-sent"],
        ),
    ] {
        assert_eq!(
            codes(may_get_certificate(&r, rules(&settings), today())),
            expected,
            "{what}"
        );
        let offers = actions(&r, &viewer(&contact("ana")), rules(&settings), today());
        let button = offers
            .iter()
            .find(|o| o.action == CourseAction::GetCertificate);
        assert_eq!(verdict_codes(&button.unwrap().verdict), expected, "{what}");
    }
}

/// 000-13: a copy downloads.
#[tokio::test]
async fn the_copy_is_the_paper_that_was_sent() {
    let memory = Memory::default();
    put(&memory, &sent(completed()));
    let papers = PaperShelf::default();
    papers.put_pdf("cert-1");
    let portal = builder(&memory)
        .documents(Arc::new(papers))
        .build()
        .unwrap();
    let desk = portal.customer(viewer(&contact("ana")));
    let copy = desk.courses().unwrap().certificate(&Id::new("r1")).await;
    let DocumentBody::File(file) = copy.unwrap() else {
        panic!("a file was put there")
    };
    assert_eq!(file.content_type.as_str(), "application/pdf");
    assert!(file.bytes().starts_with(b"%PDF"));
}

/// 000-14: a direct request is refused.
#[tokio::test]
async fn a_certificate_that_was_not_sent_is_refused_when_asked_for_directly() {
    let memory = Memory::default();
    put(&memory, &completed());
    let portal = builder(&memory)
        .documents(Arc::new(PaperShelf::default()))
        .build()
        .unwrap();
    let desk = portal.customer(viewer(&contact("ana")));
    let no = desk.courses().unwrap().certificate(&Id::new("r1")).await;
    assert_eq!(refused(&no.unwrap_err()), ["course.certificate-not-sent"]);
}

#[tokio::test]
async fn somebody_elses_certificate_does_not_exist() {
    let memory = Memory::default();
    put(&memory, &sent(completed()));
    let desk = desk(&memory, &contact("bob"));
    let no = desk.courses().unwrap().certificate(&Id::new("r1")).await;
    assert!(matches!(no, Err(Error::NotFound)));
}

/// A button that nobody could serve is not drawn.
#[tokio::test]
async fn where_nobody_keeps_papers_the_button_is_not_live() {
    let memory = Memory::default();
    put(&memory, &sent(completed()));
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    let view = courses.registration(&Id::new("r1")).await.unwrap();
    let button = view.verdict(CourseAction::GetCertificate).unwrap();
    assert_eq!(verdict_codes(button), ["course.certificate-not-kept"]);
    let no = courses.certificate(&Id::new("r1")).await.unwrap_err();
    assert_eq!(refused(&no), ["course.certificate-not-kept"]);
}
