//! [`AccountStore::sweep`](portal_core::accounts::AccountStore::sweep): "forgets what has lost its meaning".
use chrono::Duration;
use portal_core::{
    Expectation, Id, RecordRef, Version,
    accounts::{AccountChange, Drawn, PassKind, RequestState, Sweep},
};

use super::{
    super::scene::{apply, yes},
    log::note,
    passes::{issue, requested},
    scene::{account, browsers, change, kept, link, log, open, requests, sign_in},
};
use crate::{
    World,
    facts::{
        LoginFacts, PassFacts, attempt, days, draw, hours, login, pass, request, sign_up, today,
    },
};

/// Sessions last seen, links good until, rows written, requests asked and allowances full before those instants are gone, each by its own;
/// everything else stays, and the answer is how many rows went. A second sweep finds nothing.
pub async fn a_sweep_forgets_exactly_what_is_past(world: &dyn World) {
    open(world, 1, "ana").await;
    for (n, ago) in (10..).zip([40, 20, 0]) {
        let at = today() - days(ago);
        sign_in(world, login(&format!("s{ago}")).last_seen(at)).await;
        let kind = [PassKind::Reset, PassKind::Claim, PassKind::Activation];
        let kind = kind[usize::try_from(ago / 20).unwrap()].clone();
        let mut link = pass(&format!("p{ago}")).good_for(kind);
        link.until = at;
        issue(world, n, &link).await;
        for (m, mut asked) in [request(&format!("r{ago}")), sign_up(&format!("u{ago}"))]
            .into_iter()
            .enumerate()
        {
            asked.asked_at = at;
            let number = 100 + 10 * n + u128::try_from(m).unwrap();
            change(world, number, requested(&asked)).await;
        }
    }
    let answered = AccountChange::RequestSettled {
        request: Id::new("u40"),
        state: RequestState::Approved,
    };
    change(world, 900, answered).await;
    sweep(
        world,
        &Sweep::new(today() - days(99), today() + days(1), today() - days(99)),
    )
    .await;
    assert!(log(world).await.is_empty());
    for ago in [40, 20, 10, 0] {
        note(world, attempt(today() - days(ago))).await;
    }
    let accounts = world.accounts();
    for ago in [40, 20, 0] {
        let try_once = [draw(&format!("d{ago}"), 1)];
        let drawn = accounts.draw(&try_once, today() - days(ago)).await;
        assert_eq!(drawn.unwrap(), Drawn::Granted);
    }

    let before = Sweep::new(today() - days(30), today() - days(15), today() - days(5));
    // A session, a link, two rows of the log, four requests, two allowances.
    assert_eq!(sweep(world, &before).await, 10);

    assert_eq!(browsers(world, "ana").await, ["s0", "s20"]);
    assert_eq!(link(world, "p40").await, None);
    assert!(link(world, "p20").await.is_some() && link(world, "p0").await.is_some());
    let rows: Vec<_> = log(world).await.into_iter().map(|row| row.at).collect();
    assert_eq!(rows, [today(), today() - days(10)]);
    let pending = requests(world, RequestState::Pending).await;
    let pending: Vec<_> = pending.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(pending, ["r0"]);
    for (id, is_there) in [("r40", false), ("u40", false), ("u20", false), ("u0", true)] {
        let found = accounts.request(&Id::new(id)).await.unwrap();
        assert_eq!(found.is_some(), is_there, "{id}");
    }
    let again = accounts.draw(&[draw("d0", 1)], today()).await.unwrap();
    assert!(again != Drawn::Granted, "what is not full is remembered");
    assert_eq!(sweep(world, &before).await, 0);
}

/// "Strictly before those instants": what is of that very instant stays, and goes a microsecond later.
pub async fn a_sweep_keeps_what_is_of_that_very_instant(world: &dyn World) {
    open(world, 1, "ana").await;
    sign_in(world, login("laptop").last_seen(today())).await;
    let mut link = pass("reset");
    link.until = today();
    issue(world, 2, &link).await;
    let mut asked = request("r1");
    asked.asked_at = today();
    change(world, 3, requested(&asked)).await;
    // It is full again an hour after its only try.
    let full = [draw("full", 1)];
    let drawn = world.accounts().draw(&full, today() - hours(1)).await;
    assert_eq!(drawn.unwrap(), Drawn::Granted);

    let (then, later) = (today(), today() + Duration::microseconds(1));
    for (before, rows) in [
        (Sweep::new(then, then, then), 0),
        (Sweep::new(later, then, then), 2),
        (Sweep::new(later, later, then), 1),
        (Sweep::new(later, later, later), 2),
    ] {
        assert_eq!(sweep(world, &before).await, rows, "{before:?}");
    }
}

/// A sweep long before anything was written forgets nothing, and no account is ever swept.
pub async fn a_sweep_of_long_ago_forgets_nothing(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    sign_in(world, login("laptop")).await;
    issue(world, 2, &pass("reset")).await;
    change(world, 3, requested(&request("r1"))).await;
    let before = kept(world, &["reset"]).await;
    let long_ago = today() - days(400);
    let none = sweep(world, &Sweep::new(long_ago, long_ago, long_ago)).await;
    assert_eq!(none, 0);
    assert_eq!(kept(world, &["reset"]).await, before);

    let far_off = today() + days(4_000);
    sweep(world, &Sweep::new(far_off, far_off, far_off)).await;
    let found = account(world, "ana").await;
    assert!(found.value == ana.value);
    assert!(browsers(world, "ana").await.is_empty() && log(world).await.is_empty());
}

/// "A record that is not there has the version `0`": a request that was forgotten has it again.
pub async fn a_forgotten_request_has_the_version_zero(world: &dyn World) {
    change(world, 1, requested(&request("r1"))).await;
    let stale = Sweep::new(today(), today(), today());
    assert_eq!(sweep(world, &stale).await, 1);
    let record = RecordRef::AccountRequest(Id::new("r1"));
    let zero = Expectation::Unchanged(record, Version::number(0));
    apply(world, yes(2).expecting(zero)).await;
}

async fn sweep(world: &dyn World, before: &Sweep) -> u64 {
    world.accounts().sweep(before).await.unwrap()
}
