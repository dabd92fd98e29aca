//! [`CourseRecords::registrations`](portal_core::courses::CourseRecords::registrations) and the registrations themselves.
use chrono::Duration;
use portal_core::{
    Id, Listing, Page, StoreError,
    courses::{
        ChangePolicy, Registration, RegistrationPolicy, RegistrationStatus, Session, Shelf, shelf,
    },
};

use super::walk;
use crate::{
    Facts, World,
    facts::{
        OrderFacts, RegistrationFacts, SessionFacts, contact, course, days, eur, hours, order,
        registration, session, today,
    },
};

const STATUSES: [RegistrationStatus; 4] = [
    RegistrationStatus::Active,
    RegistrationStatus::Completed,
    RegistrationStatus::Cancelled,
    RegistrationStatus::TransferredAway,
];
const SHELVES: [Shelf; 3] = [Shelf::Current, Shelf::Completed, Shelf::History];

/// [`CourseRecords::registration`](portal_core::courses::CourseRecords::registration): with all it names, and `None` for none.
pub async fn a_registration_is_there_with_all_it_names(world: &dyn World) {
    let ben = contact("ben");
    let (policy, zoned) = (
        RegistrationPolicy::new(
            ChangePolicy::hours_before(24).unwrap(),
            ChangePolicy::Refused,
        ),
        session("s-all").priced(eur(80_00)).closed(),
    );
    let full = registration("r-all")
        .of(&ben)
        .on(zoned)
        .on_order(order("o1").ordered_by(&ben).with(&ben))
        .under(policy)
        .priced(eur(75_00))
        .certified(Id::new("paper-1"), today() - days(1));
    let mut bare = registration("r-bare").on(session("s-bare"));
    bare.policy = None;
    let mut online = registration("r-online");
    online.course = course("online").as_elearning();
    online.session = session("s-online").of_course("online");
    let all = [full, bare, online];
    world
        .put(all.iter().cloned().fold(Facts::new(), Facts::registration))
        .await;
    let courses = world.courses();
    for put in all {
        let found = courses.registration(&put.id).await.unwrap().unwrap();
        assert_eq!(found.value, put);
    }
    for id in ["r-none", "", "R-ALL"] {
        let found = courses.registration(&Id::new(id)).await.unwrap();
        assert_eq!(found, None, "{id:?}");
    }
}

/// "Under one tab (see `shelf`)": split exactly as the rule splits them, whatever the status and to the instant.
pub async fn tabs_split_registrations_exactly_as_the_rule_does(world: &dyn World) {
    let ana = contact("ana");
    let moment = Duration::milliseconds(1);
    let ends = [-days(2), -moment, Duration::zero(), moment, days(2)];
    let mut all = vec![];
    for (n, status) in STATUSES.into_iter().enumerate() {
        for (m, ends) in ends.into_iter().enumerate() {
            let date = session(&format!("s{n}{m}")).starting_in(ends - hours(8));
            let r = registration(&format!("r{n}{m}")).on(date).now(status);
            assert_eq!(r.session.ends_at, today() + ends);
            all.push(r);
        }
    }
    let of_ben = registration("r-ben")
        .of(&contact("ben"))
        .on(session("s-ben"));
    let facts = all.iter().cloned().fold(Facts::new(), Facts::registration);
    world.put(facts.registration(of_ben)).await;

    for tab in SHELVES {
        let mut expected: Vec<_> = all
            .iter()
            .filter(|r| shelf(r, today()) == tab)
            .map(|r| r.id.clone())
            .collect();
        let found = walk::all(7, async |page| tab_of(world, "ana", tab, page).await).await;
        assert!(found.iter().all(|r| r.registrant == ana));
        let mut found: Vec<_> = found.into_iter().map(|r| r.id).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{tab:?}");
    }
}

/// "The next first under Current, the latest first elsewhere", in pages of any size; lists carry full facts.
pub async fn each_tab_has_its_order(world: &dyn World) {
    for (tab, expected) in three_tabs(world).await {
        walk::reads(&expected, async |page| {
            tab_of(world, "ana", tab, page).await
        })
        .await;
    }
}

/// Registrations for dates that begin together are all there, each once.
pub async fn registrations_for_one_instant_are_all_there(world: &dyn World) {
    let all = (0..9).map(|n| registration(&format!("r{n}")).on(session(&format!("s{}", n % 3))));
    world.put(all.fold(Facts::new(), Facts::registration)).await;
    for size in walk::SIZES {
        let found = walk::all(size, async |page| {
            tab_of(world, "ana", Shelf::Current, page).await
        })
        .await;
        let mut ids: Vec<_> = found.into_iter().map(|r| r.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 9, "in pages of {size}");
    }
}

/// Pages go on where they ended while registrations are added.
pub async fn registrations_read_on_while_others_are_added(world: &dyn World) {
    for (tab, expected) in three_tabs(world).await {
        walk::reads_on_while(
            &expected,
            2,
            async |page| tab_of(world, "ana", tab, page).await,
            async || {
                // Sorts before everything on this tab.
                let (wait, status) = match tab {
                    Shelf::Current => (hours(1), RegistrationStatus::Active),
                    Shelf::Completed => (days(90), RegistrationStatus::Completed),
                    Shelf::History => (days(90), RegistrationStatus::Cancelled),
                };
                let date = session(&format!("new-{tab:?}")).starting_in(wait);
                let new = registration(&format!("new-{tab:?}")).on(date).now(status);
                world.put(Facts::new().registration(new)).await;
            },
        )
        .await;
    }
}

/// Five registrations under each tab; answers them as they are to be listed.
async fn three_tabs(world: &dyn World) -> Vec<(Shelf, Vec<Registration>)> {
    let mut facts = Facts::new();
    let mut tabs = vec![];
    for (tab, status) in SHELVES.into_iter().zip(STATUSES) {
        let on = |n: i64, date: Session| {
            let id = format!("{tab:?}-{}", (n * 3) % 5);
            registration(&id).on(date).now(status)
        };
        let mut rows: Vec<_> = (1..=5)
            .map(|n| {
                let date = session(&format!("{tab:?}-on-{n}")).starting_in(days(n));
                on(n, date)
            })
            .collect();
        facts = rows.iter().cloned().fold(facts, Facts::registration);
        if tab != Shelf::Current {
            rows.reverse();
        }
        tabs.push((tab, rows));
    }
    world.put(facts).await;
    tabs
}

async fn tab_of(
    world: &dyn World,
    who: &str,
    tab: Shelf,
    page: Page,
) -> Result<Listing<Registration>, StoreError> {
    let courses = world.courses();
    courses
        .registrations(&Id::new(who), tab, today(), &page)
        .await
}
