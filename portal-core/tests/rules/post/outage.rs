//! A night without a mail server, over the store in memory.
use portal_core::memory::Memory;
use portal_testkit::outage::{Night, Rule};

/// Faults, part 4 of the threats: "mail server down 8 h, 4xx greylist, accepts then drops connection".
///
/// `PORTAL_MESSAGES=10000` is the long run.
#[tokio::test]
async fn an_outage_of_a_night_loses_nothing_and_is_over_within_minutes() {
    let messages = std::env::var("PORTAL_MESSAGES").map_or(300, |n| n.parse().unwrap());
    let tally = Night::of(messages).play(&Memory::default()).await.unwrap();
    assert!(tally.unheard > 0, "{tally}");
    println!("{tally}");
}

/// The negative controls.
#[tokio::test]
async fn without_any_of_its_rules_it_goes_wrong() {
    for rule in Rule::ALL {
        let night = Night::of(160).without(rule);
        let broken = night.play(&Memory::default()).await.unwrap_err();
        println!("without {rule:?}: {broken}");
    }
}
