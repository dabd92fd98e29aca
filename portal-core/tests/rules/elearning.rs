use portal_core::{
    Error, Id, Page,
    courses::{ModuleAction, Shelf},
    memory::Memory,
};
use portal_testkit::facts::*;

use super::support::*;

fn memory() -> Memory {
    let memory = Memory::default();
    memory.put_module(module("m1").about("Four lessons").done(25));
    memory.put_module(module("m2").completed(today()));
    let mut theirs = module("m3");
    theirs.registrant = Id::new("bob");
    memory.put_module(theirs);
    memory
}

/// 000-37: both tabs list one's own modules with what the host says about each.
#[tokio::test]
async fn modules_are_listed_under_current_and_completed_with_their_information() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    let page = Page::default();
    let current = courses.modules(Shelf::Current, &page).await.unwrap().items;
    assert_eq!(current.len(), 1);
    assert_eq!(current[0].module.about, "Four lessons");
    assert_eq!(current[0].module.percent_done, 25);
    let done = courses
        .modules(Shelf::Completed, &page)
        .await
        .unwrap()
        .items;
    assert_eq!(done.len(), 1);
    assert_eq!(done[0].module.id.as_str(), "m2");
}

/// 000-38: "Access course" is there under either tab, and leads to the module.
#[tokio::test]
async fn a_module_can_be_opened_under_either_tab() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    let courses = desk.courses().unwrap();
    for (tab, id) in [(Shelf::Current, "m1"), (Shelf::Completed, "m2")] {
        let found = courses.modules(tab, &Page::default()).await.unwrap().items;
        assert_eq!(found[0].offers[0].action, ModuleAction::Access);
        assert!(found[0].offers[0].verdict.is_open());
        let url = courses.open_module(&Id::new(id)).await.unwrap();
        assert_eq!(url, format!("https://learn.example/{id}"));
    }
}

/// 000-38: not somebody else's.
#[tokio::test]
async fn somebody_elses_module_does_not_exist() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    for id in ["m3", "nothing"] {
        let no = desk.courses().unwrap().open_module(&Id::new(id)).await;
        assert!(matches!(no, Err(Error::NotFound)), "{id}");
    }
}
