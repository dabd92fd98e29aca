//! Whoever guesses passwords, over a file: through restarts, and in several processes at once.
use std::{
    env,
    process::{Command, Stdio},
};

use portal_testkit::siege::{Siege, Strategy, guessed_at_once};

use super::site::{folder, tenant};

/// Where the child finds its file.
const FOLDER: &str = "PORTAL_SIEGE_FOLDER";

/// By each strategy; `PORTAL_TRIES` says how many.
fn tries() -> u32 {
    let told = env::var("PORTAL_TRIES").ok();
    told.map_or(300, |n| n.parse().unwrap())
}

/// 100 in a row and 60 a day at the most, over two portals and a store that is opened anew half-way.
#[tokio::test]
async fn no_strategy_gets_more_guesses_than_promised_and_the_owner_gets_in() {
    for strategy in Strategy::ALL {
        let folder = folder();
        let world = tenant(folder.path().to_owned(), "acme").await;
        let tally = Siege::of(Box::new(world)).await.by(strategy, tries()).await;
        assert!(tally.holds(), "{strategy:?}: {tally:?}");
        assert!(tally.guesses >= 10, "{strategy:?} gets to guess: {tally:?}");
    }
}

/// The negative control.
#[tokio::test]
async fn without_limits_every_guess_is_looked_at() {
    let folder = folder();
    let world = tenant(folder.path().to_owned(), "acme").await;
    let siege = Siege::of(Box::new(world)).await.without_limits();
    let tally = siege.by(Strategy::NewPlaces, 100).await;
    assert_eq!(tally.guesses, 100);
    assert!(!tally.holds(), "{tally:?}");
}

/// The child: guesses thirty times in a process of its own.
#[tokio::test]
async fn guesses_in_a_process_of_its_own() {
    let Ok(path) = env::var(FOLDER) else {
        return;
    };
    let world = tenant(path.into(), "acme").await;
    println!("\nlooked at {}", guessed_at_once(&world, 30).await);
}

/// Ten at once, as a bucket holds: between two processes, not for each.
#[tokio::test]
async fn two_processes_share_one_allowance() {
    let folder = folder();
    let world = tenant(folder.path().to_owned(), "acme").await;
    drop(Siege::of(Box::new(world)).await);
    let children = [(); 2].map(|()| {
        Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "siege::guesses_in_a_process_of_its_own",
                "--nocapture",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    });
    let looked_at = children.map(|child| {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let number = said
            .lines()
            .find_map(|line| line.strip_prefix("looked at "));
        number.unwrap().parse::<u32>().unwrap()
    });
    assert_eq!(looked_at.iter().sum::<u32>(), 10, "{looked_at:?}");
}
