//! The sign-in log: [`AccountStore::conclude`](portal_core::accounts::AccountStore::conclude) and
//! [`attempts`](portal_core::accounts::AccountStore::attempts).
use portal_core::{
    Commit, Id, Page, StoreError,
    accounts::{AccountChange, Attempt, Flow, Outcome, RequestState, Then},
    store::Cursor,
};

use super::{
    super::{
        scene::{yes, yes_with_mail},
        walk,
    },
    scene::{account, change, kept, log, open, opening},
};
use crate::{
    World,
    facts::{AttemptFacts, access, attempt, days, minutes, password, secret, today},
};

/// "One row for each attempt at the door", newest first, in pages of any size; reading writes none.
pub async fn each_attempt_is_one_row_newest_first(world: &dyn World) {
    let rows = eleven(world).await;
    let accounts = world.accounts();
    walk::reads(&rows, async |page| accounts.attempts(None, &page).await).await;
}

/// "All of it, or one account's": that of an account has what was about it, and nothing of others or of nobody.
pub async fn one_account_has_its_own_rows(world: &dyn World) {
    let rows = eleven(world).await;
    let accounts = world.accounts();
    for who in ["ana", "ben"] {
        let of = Some(access(who).account);
        let mut expected = rows.clone();
        expected.retain(|row| row.account == of);
        assert!(expected.len() > 2);
        walk::reads(&expected, async |page| {
            accounts.attempts(of.clone(), &page).await
        })
        .await;
    }
    let nobodys = Some(Id::new("nobody's"));
    let found = accounts.attempts(nobodys, &Page::default()).await.unwrap();
    assert!(found.items.is_empty() && found.next.is_none());
}

/// Pages of the log neither skip nor repeat while it grows.
pub async fn the_log_reads_on_while_it_grows(world: &dyn World) {
    let rows = eleven(world).await;
    let accounts = world.accounts();
    let more = async || {
        for minute in 20..25 {
            note(world, attempt(today() + minutes(minute))).await;
        }
    };
    let page_of = async |page: Page| accounts.attempts(None, &page).await;
    walk::reads_on_while(&rows, 4, page_of, more).await;
}

/// Attempts of one instant have no order in time, and are all there, each once; so are those that are alike to the letter.
pub async fn attempts_of_one_instant_are_all_there(world: &dyn World) {
    for n in 0..9_u8 {
        let mut row = attempt(today());
        row.typed = Some(secret(&(n / 3).to_string()));
        note(world, row).await;
    }
    let accounts = world.accounts();
    for size in walk::SIZES {
        let found = walk::all(size, async |page| accounts.attempts(None, &page).await).await;
        for n in 0..3 {
            let typed = Some(secret(&n.to_string()));
            let alike = found.iter().filter(|row| row.typed == typed).count();
            assert_eq!(alike, 3, "in pages of {size}");
        }
        assert_eq!(found.len(), 9, "in pages of {size}");
    }
}

/// A row comes back as it was: each flow and outcome, with and without everything else; of what was typed only the digest.
pub async fn every_row_comes_back_as_it_was(world: &dyn World) {
    let flows = [
        Flow::SignIn,
        Flow::SecondFactor,
        Flow::Claim,
        Flow::SignUp,
        Flow::Request,
        Flow::ForgotPassword,
        Flow::ResendActivation,
        Flow::FollowLink,
        Flow::ProveAgain,
        Flow::ChangeEmail,
    ];
    let outcomes = [
        Outcome::Done,
        Outcome::MoreToCome,
        Outcome::Unknown,
        Outcome::Wrong,
        Outcome::NotActivated,
        Outcome::Disabled,
        Outcome::NotEligible,
        Outcome::Expired,
        Outcome::TooMany,
        Outcome::Malformed,
        Outcome::Exists,
    ];
    let mut rows = vec![];
    for (minute, outcome) in (0..).zip(outcomes) {
        let mut row = attempt(today() + minutes(minute));
        row.outcome = outcome;
        row.flow = *flows.iter().cycle().nth(rows.len()).unwrap();
        if minute % 2 == 0 {
            row = row.on(&access("ana"), outcome);
            row.ip = Some("203.0.113.7".parse().unwrap());
        } else {
            row.typed = Some(secret("correct horse"));
            row.ip = Some("2001:db8::ffff".parse().unwrap());
            row.agent = Some("Mozilla/5.0 (añá 🦤; \"'%_\\) ".into());
        }
        rows.insert(0, row);
    }
    for row in rows.iter().rev() {
        note(world, row.clone()).await;
    }
    assert_eq!(log(world).await, rows);
}

/// "A decision, committed as `Store::commit` would", and its row, in one transaction.
pub async fn a_decision_and_its_row_are_written_together(world: &dyn World) {
    open(world, 1, "ben").await;
    let row = attempt(today()).on(&access("ana"), Outcome::Done);
    let decision = opening(2, "ana");
    let receipt = decision.receipt();
    let then = Then::Commit(Box::new(decision));
    let ended = world.accounts().conclude(row.clone(), then).await.unwrap();
    assert_eq!(ended, Commit::Applied);
    assert_eq!(log(world).await, [row]);
    assert!(account(world, "ana").await.value == access("ana"));
    let found = world.store().receipt(receipt.command).await.unwrap();
    assert_eq!(found, Some(receipt));
}

/// "When it is replayed or in conflict, the row of the log is not written", nor anything else.
pub async fn a_decision_that_is_replayed_or_in_conflict_leaves_no_row(world: &dyn World) {
    let stale = open(world, 1, "ana").await;
    let change_password = |number, chosen: &str| {
        let set = AccountChange::PasswordSet {
            account: access("ana").account,
            password: password(chosen),
            device: None,
        };
        yes_with_mail(number).given(&stale).changed(set)
    };
    let first = change_password(2, "first");
    let committed = world.store().commit(first.clone()).await.unwrap();
    assert_eq!(committed, Commit::Applied);
    let before = kept(world, &[]).await;

    let again = Then::Commit(Box::new(first.clone()));
    let ended = world.accounts().conclude(attempt(today()), again).await;
    assert_eq!(ended.unwrap(), Commit::Replayed(first.receipt()));
    assert_eq!(kept(world, &[]).await, before);
    let late = Then::Commit(Box::new(change_password(3, "second")));
    let ended = world.accounts().conclude(attempt(today()), late).await;
    let conflict = matches!(ended, Err(StoreError::Conflict(_)));
    assert!(conflict, "{ended:?}");
    assert_eq!(kept(world, &[]).await, before);

    let nobodys = AccountChange::DevicesForgotten {
        account: Id::new("nobody's"),
    };
    let impossible = Then::Commit(Box::new(yes(4).changed(nobodys)));
    let ended = world
        .accounts()
        .conclude(attempt(today()), impossible)
        .await;
    assert!(ended.is_err(), "{ended:?}");
    assert_eq!(kept(world, &[]).await, before);
}

/// [`StoreError::BadCursor`]: "the page marker is not one this list gave out", on each list of accounts.
pub async fn no_list_of_accounts_takes_a_marker_it_never_gave_out(world: &dyn World) {
    eleven(world).await;
    let accounts = world.accounts();
    let long = "x".repeat(10_000);
    for marker in ["", "garbage", "' or 1=1 --", "🦤|🦤", "a b/c|d\n", &long] {
        let page = Page::first(5).following(Cursor::new(marker));
        for of in [None, Some(access("ana").account)] {
            let found = accounts.attempts(of, &page).await;
            let refused = matches!(found, Err(StoreError::BadCursor));
            assert!(refused, "the log took {marker:?}");
        }
        let found = accounts.requests(RequestState::Pending, &page).await;
        let refused = matches!(found, Err(StoreError::BadCursor));
        assert!(refused, "requests took {marker:?}");
    }
}

/// A change of the account after the fact changes no row: the log says what was so then.
pub async fn the_log_says_what_was_so_then(world: &dyn World) {
    open(world, 1, "ana").await;
    let mut row = attempt(today() - days(1)).on(&access("ana"), Outcome::Wrong);
    row.customer = Some(Id::new("the customer of then"));
    note(world, row.clone()).await;
    let account = access("ana").account;
    change(world, 2, AccountChange::PassesRevoked { account }).await;
    assert_eq!(log(world).await, [row]);
}

/// Eleven attempts, a minute apart, of ana, ben, and nobody in turn; newest first.
async fn eleven(world: &dyn World) -> Vec<Attempt> {
    open(world, 901, "ana").await;
    open(world, 902, "ben").await;
    let mut rows = vec![];
    for minute in 0..11 {
        let row = attempt(today() + minutes(minute));
        let row = match minute % 3 {
            0 => row.on(&access("ana"), Outcome::Wrong),
            1 => row.on(&access("ben"), Outcome::Done),
            _ => row,
        };
        note(world, row.clone()).await;
        rows.insert(0, row);
    }
    rows
}

pub(super) async fn note(world: &dyn World, row: Attempt) {
    let ended = world.accounts().conclude(row, Then::Nothing).await.unwrap();
    assert_eq!(ended, Commit::Applied);
}
