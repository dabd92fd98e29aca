//! [`CourseRecords::modules`](portal_core::courses::CourseRecords::modules) and [`module`](portal_core::courses::CourseRecords::module).
use portal_core::{
    Id,
    courses::{Module, Shelf},
};

use super::walk;
use crate::{
    Facts, World,
    facts::{contact, days, module, today},
};

/// "The modules of one person under one tab, by title", in pages of any size.
pub async fn modules_are_listed_by_title_under_their_tab(world: &dyn World) {
    let begun: Vec<_> = (0..9).map(|n| titled(n).done(10)).collect();
    let completed: Vec<_> = (20..25)
        .map(|n| titled(n).completed(today() - days(n)))
        .collect();
    let mut of_ben = module("of-ben");
    of_ben.registrant = Id::new("ben");
    let mixed = completed.iter().chain(begun.iter().rev()).cloned();
    let people = Facts::new().contact(contact("ana")).contact(contact("ben"));
    world
        .put(mixed.chain([of_ben]).fold(people, Facts::module))
        .await;

    let (courses, ana) = (world.courses(), Id::new("ana"));
    for (tab, expected) in [
        (Shelf::Current, begun),
        (Shelf::Completed, completed),
        (Shelf::History, vec![]),
    ] {
        walk::reads(&expected, async |page| {
            courses.modules(&ana, tab, &page).await
        })
        .await;
    }
}

/// Modules of one title are all there, each once.
pub async fn modules_of_one_title_are_all_there(world: &dyn World) {
    let mut facts = Facts::new().contact(contact("ana"));
    for n in 0..9 {
        let mut one = module(&format!("m{n}"));
        one.title = "The same".into();
        facts = facts.module(one);
    }
    world.put(facts).await;
    let (courses, ana) = (world.courses(), Id::new("ana"));
    for size in walk::SIZES {
        let found = walk::all(size, async |page| {
            courses.modules(&ana, Shelf::Current, &page).await
        })
        .await;
        let mut ids: Vec<_> = found.into_iter().map(|m| m.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 9, "in pages of {size}");
    }
}

/// [`CourseRecords::module`](portal_core::courses::CourseRecords::module): as the host has it; `None` for none.
pub async fn a_module_is_as_the_host_has_it(world: &dyn World) {
    let begun = module("m1").about("Borrowing, at length").done(37);
    let done = module("m2").completed(today() - days(1));
    let facts = Facts::new().contact(contact("ana"));
    world
        .put(facts.module(begun.clone()).module(done.clone()))
        .await;
    let courses = world.courses();
    for put in [begun, done] {
        assert_eq!(courses.module(&put.id).await.unwrap(), Some(put));
    }
    let nobodys = courses.module(&Id::new("nobody's")).await.unwrap();
    assert_eq!(nobodys, None);
}

fn titled(n: i64) -> Module {
    let mut one = module(&format!("m{}", 100 - n));
    one.title = format!("Lesson {n:02}").into();
    one
}
