//! [`AccountStore::pass`](portal_core::accounts::AccountStore::pass), and what happens to one-time links.
use portal_core::{
    Decision, Id, Loaded, StoreError,
    accounts::{AccountChange, AccountRequest, Digest, Pass, PassKind, PassState},
};

use super::{
    super::scene::{apply, conflict, yes},
    scene::{account, change, kept, link, open, stands},
};
use crate::{
    World,
    facts::{PassFacts, access, email, pass, password, request, secret, sign_up},
};

/// "The one-time link with this secret", as it was issued; its id, and the secret of another, find nothing.
pub async fn a_link_is_found_by_its_secret_only(world: &dyn World) {
    open(world, 1, "ana").await;
    let kinds = [
        PassKind::Invitation,
        PassKind::Activation,
        PassKind::Claim,
        PassKind::SignUp,
        PassKind::Reset,
        PassKind::NewEmail {
            email: email("new@acme.example"),
        },
        PassKind::ChoosePassword,
        PassKind::SecondFactor,
    ];
    for (number, kind) in (2..).zip(kinds) {
        let mut pass = pass(kind.as_str()).good_for(kind);
        pass.id = Id::new(format!("id-{number}"));
        issue(world, number, &pass).await;
        let found = link(world, pass.kind.as_str()).await;
        assert_eq!(found, Some(pass.clone()));
        assert_eq!(link(world, pass.id.as_str()).await, None);
    }
    assert_eq!(link(world, "").await, None);
    let zero = Digest::new([0; 32]);
    assert_eq!(world.accounts().pass(&zero).await.unwrap(), None);
}

/// "Open ones of the same kind for the same holder are revoked", and no others.
pub async fn another_link_takes_back_the_open_ones_of_its_kind_and_holder(world: &dyn World) {
    open(world, 1, "ana").await;
    let ben = open(world, 2, "ben").await.value.account;
    let asked = request("r1");
    change(world, 3, requested(&asked)).await;
    let to = |address: &str| PassKind::NewEmail {
        email: email(address),
    };
    let before = [
        pass("used"),
        pass("open"),
        pass("of-ben").of(&ben),
        pass("of-request").of_request(&asked.id),
        pass("claim").good_for(PassKind::Claim),
        pass("one-address").good_for(to("one@acme.example")),
    ];
    issue(world, 4, &before[0]).await;
    change(world, 5, used(&before[0])).await;
    for (number, pass) in (6..).zip(&before[1..]) {
        issue(world, number, pass).await;
        assert_eq!(stands(world, pass.id.as_str()).await, PassState::Open);
    }

    issue(world, 20, &pass("newer")).await;
    let other_address = pass("other-address").good_for(to("other@acme.example"));
    issue(world, 21, &other_address).await;

    for (id, state) in [
        ("used", PassState::Used),
        ("open", PassState::Revoked),
        ("newer", PassState::Open),
        ("of-ben", PassState::Open),
        ("of-request", PassState::Open),
        ("claim", PassState::Open),
        ("one-address", PassState::Revoked),
        ("other-address", PassState::Open),
    ] {
        assert_eq!(stands(world, id).await, state, "{id}");
    }
}

/// "All open one-time links of an account were taken back", of every kind; what was used stays used, and others keep theirs.
pub async fn all_open_links_of_an_account_are_taken_back(world: &dyn World) {
    open(world, 1, "ana").await;
    let ben = open(world, 2, "ben").await.value.account;
    let asked = request("r1");
    change(world, 3, requested(&asked)).await;
    let used_one = pass("used").good_for(PassKind::Claim);
    let all = [
        used_one.clone(),
        pass("reset"),
        pass("activation").good_for(PassKind::Activation),
        pass("of-ben").of(&ben),
        pass("of-request").of_request(&asked.id),
    ];
    for (number, pass) in (4..).zip(&all) {
        issue(world, number, pass).await;
    }
    change(world, 10, used(&used_one)).await;
    let account = access("ana").account;
    change(world, 11, AccountChange::PassesRevoked { account }).await;
    for (id, state) in [
        ("used", PassState::Used),
        ("reset", PassState::Revoked),
        ("activation", PassState::Revoked),
        ("of-ben", PassState::Open),
        ("of-request", PassState::Open),
    ] {
        assert_eq!(stands(world, id).await, state, "{id}");
    }
}

/// "So does a link of its that is issued or used. Of a request likewise": its holder is another version, and nobody else.
pub async fn a_link_issued_or_used_is_another_version_of_its_holder(world: &dyn World) {
    open(world, 1, "ana").await;
    let ben = open(world, 2, "ben").await;
    let asked = sign_up("s1");
    change(world, 3, requested(&asked)).await;
    let of_account = pass("of-account");
    let of_request = pass("of-request").of_request(&asked.id);

    let changes = [
        (10, issued(&of_account)),
        (20, used(&of_account)),
        (30, issued(&of_request)),
        (40, used(&of_request)),
    ];
    for (number, happens) in changes {
        let (ana, request) = (account(world, "ana").await, loaded(world, "s1").await);
        change(world, number, happens).await;
        let [moved, stayed] = if number < 30 {
            [
                yes(number + 1).given(&ana),
                yes(number + 2).given(&request).given(&ben),
            ]
        } else {
            [
                yes(number + 1).given(&request),
                yes(number + 2).given(&ana).given(&ben),
            ]
        };
        conflict(world, moved).await;
        apply(world, stayed).await;
    }
}

/// Two use one link on the same facts, one after the other: "one is told to load anew", and nothing of theirs is written.
pub async fn of_two_who_use_a_link_one_does(world: &dyn World) {
    open(world, 1, "ana").await;
    issue(world, 2, &pass("reset")).await;
    let ana = account(world, "ana").await;
    let choosing = |number, chosen: &str| -> Decision {
        let set = AccountChange::PasswordSet {
            account: ana.value.account.clone(),
            password: password(chosen),
            device: None,
        };
        let decision = yes(number).given(&ana).changed(used(&pass("reset")));
        decision.changed(set)
    };
    apply(world, choosing(3, "first")).await;
    let before = kept(world, &["reset"]).await;
    conflict(world, choosing(4, "second")).await;
    assert_eq!(kept(world, &["reset"]).await, before);
    let found = account(world, "ana").await.value.password;
    assert!(found == Some(password("first")));
    assert_eq!(stands(world, "reset").await, PassState::Used);
}

/// The same, eight at once.
pub async fn of_eight_who_use_a_link_at_once_one_does(world: &dyn World) {
    open(world, 1, "ana").await;
    issue(world, 2, &pass("reset")).await;
    let ana = account(world, "ana").await;
    let users: Vec<_> = (0..8)
        .map(|n| {
            let decision = yes(10 + n).given(&ana).changed(used(&pass("reset")));
            let store = world.store();
            tokio::spawn(async move { store.commit(decision).await })
        })
        .collect();
    let mut applied = 0;
    for user in users {
        match user.await.unwrap() {
            Ok(_) => applied += 1,
            Err(StoreError::Conflict(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(applied, 1);
}

/// "One that is used already, or revoked, is a conflict": also for who did not look at its holder, and nothing of theirs is written.
pub async fn a_link_that_is_used_or_revoked_is_not_used_again(world: &dyn World) {
    open(world, 1, "ana").await;
    let asked = sign_up("s1");
    change(world, 2, requested(&asked)).await;
    let signs_up = pass("signs-up").of_request(&asked.id);
    let used_ones = [pass("used"), signs_up.clone().good_for(PassKind::SignUp)];
    for (number, link) in (10..).step_by(2).zip(&used_ones) {
        issue(world, number, link).await;
        change(world, number + 1, used(link)).await;
    }
    let revoked_ones = [pass("revoked"), pass("activates").of_request(&asked.id)];
    for (number, link) in (20..).step_by(2).zip(&revoked_ones) {
        issue(world, number, link).await;
        let mut newer = link.clone();
        newer.id = Id::new(format!("newer-{number}"));
        newer.secret = secret(newer.id.as_str());
        issue(world, number + 1, &newer).await;
    }

    let links = [
        "used",
        "signs-up",
        "revoked",
        "activates",
        "newer-20",
        "newer-22",
    ];
    let before = kept(world, &links).await;
    let request = loaded(world, "s1").await;
    for (number, link) in (30..).zip(used_ones.iter().chain(&revoked_ones)) {
        conflict(world, yes(number).changed(used(link))).await;
        assert_eq!(kept(world, &links).await, before, "{}", link.id);
        assert_eq!(loaded(world, "s1").await, request, "{}", link.id);
    }
}

/// A link for an account or a request that is not there is not issued, and one that is not there is not used.
pub async fn a_link_of_nobody_is_neither_issued_nor_used(world: &dyn World) {
    open(world, 1, "ana").await;
    let before = kept(world, &["x"]).await;
    let x = pass("x");
    let nobodys = [
        issued(&x.clone().of(&Id::new("nobody's"))),
        issued(&x.clone().of_request(&Id::new("nobody's"))),
        used(&x),
    ];
    for (number, change) in (2..).zip(nobodys) {
        let what = format!("{change:?}");
        let ended = world.store().commit(yes(number).changed(change)).await;
        assert!(ended.is_err(), "{what}");
        assert_eq!(kept(world, &["x"]).await, before);
    }
}

pub(super) fn issued(pass: &Pass) -> AccountChange {
    AccountChange::PassIssued { pass: pass.clone() }
}

pub(super) fn used(pass: &Pass) -> AccountChange {
    AccountChange::PassUsed {
        pass: pass.id.clone(),
        of: pass.of.clone(),
    }
}

pub(super) fn requested(request: &AccountRequest) -> AccountChange {
    AccountChange::Requested {
        request: Box::new(request.clone()),
    }
}

pub(super) async fn issue(world: &dyn World, number: u128, pass: &Pass) {
    change(world, number, issued(pass)).await;
    let found = world.accounts().pass(&pass.secret).await.unwrap();
    assert_eq!(found.map(|found| found.id), Some(pass.id.clone()));
}

async fn loaded(world: &dyn World, id: &str) -> Loaded<AccountRequest> {
    let found = world.accounts().request(&Id::new(id)).await;
    found.unwrap().unwrap()
}
