//! Whoever guesses passwords, by whatever strategy: how many guesses are looked at, and whether the owner still gets in.
use std::env;

use portal_core::memory::Memory;
use portal_testkit::siege::{Siege, Strategy, sprayed};

async fn siege() -> Siege {
    Siege::of(Box::new(Memory::default())).await
}

/// 100,000 by all strategies together; `PORTAL_TRIES` says how many by each.
#[expect(clippy::disallowed_methods, reason = "whoever runs it says")]
fn tries() -> u32 {
    let told = env::var("PORTAL_TRIES").ok();
    told.map_or(20_000, |n| n.parse().unwrap())
}

/// 100 in a row and 60 a day at the most are looked at, over two portals and a restart; the owner, whose names and address everybody knows, signs in every day.
#[tokio::test]
async fn no_strategy_gets_more_guesses_than_promised_and_the_owner_gets_in() {
    for strategy in Strategy::ALL {
        let tally = siege().await.by(strategy, tries()).await;
        assert!(tally.holds(), "{strategy:?}: {tally:?}");
        assert!(tally.guesses > 10, "{strategy:?} gets to guess: {tally:?}");
    }
}

/// Nobody's success ends the row meanwhile: that is the most there is, however long it takes.
#[tokio::test]
async fn while_the_owner_is_away_a_row_of_guesses_ends() {
    for (strategy, most) in [
        (Strategy::OnePlace, 45),
        (Strategy::NewPlaces, 45),
        (Strategy::BothNames, 90),
        (Strategy::AfterTheOwner, 90),
    ] {
        let siege = siege().await.while_the_owner_is_away();
        let tally = siege.by(strategy, 6_000).await;
        assert_eq!(tally.guesses, most, "{strategy:?}: {tally:?}");
    }
}

/// The known gap: what nobody touched for ninety days is swept, and with it a row that nobody ended.
#[tokio::test]
async fn a_row_of_guesses_is_forgotten_after_ninety_days_of_rest() {
    let siege = siege().await.while_the_owner_is_away();
    let tally = siege.by(Strategy::Patient, 6_000).await;
    assert_eq!(tally.guesses, 3 * 90, "in 200 days: {tally:?}");
    assert!(tally.most_in_a_day <= 60, "{tally:?}");
}

/// The negative control: with every try granted, the same sieges are lost.
#[tokio::test]
async fn without_limits_every_strategy_gets_more_guesses_than_promised() {
    for strategy in Strategy::ALL {
        let tally = siege().await.without_limits().by(strategy, 400).await;
        assert_eq!(tally.guesses, 400, "{strategy:?}");
        let away = siege().await.without_limits().while_the_owner_is_away();
        let tally = away.by(strategy, 400).await;
        assert!(!tally.holds(), "{strategy:?}: {tally:?}");
    }
}

/// One guess at each of a thousand customers, in seventeen minutes: one place gets sixty at once, and one a minute.
#[tokio::test]
async fn one_place_cannot_guess_once_at_everybody() {
    let guesses = sprayed(Box::new(Memory::default()), 1_000).await;
    assert!((60..=60 + 17).contains(&guesses), "{guesses}");
}
