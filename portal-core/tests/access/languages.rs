//! What the portal speaks to whom.
use portal_core::{CustomerDesk, Language, accounts::ChooseLanguage};
use portal_testkit::facts::*;

use super::house::*;

fn spoken(desk: &CustomerDesk) -> Language {
    desk.viewer().contact.language
}

/// 003-17
#[tokio::test]
async fn a_new_account_is_spoken_to_in_the_language_of_the_site() {
    for language in [Language::En, Language::Es] {
        let house = House::with(|s| s.language = language);
        house.member("ana").await;
        assert_eq!(spoken(&house.desk("ana").await), language);
    }
}

/// 003-17
/// D6
#[tokio::test]
async fn what_somebody_chose_stays_theirs_in_every_later_session() {
    let house = House::new();
    for id in ["ana", "ben"] {
        house.member(id).await;
    }
    let desk = house.desk("ana").await;
    let choose = ChooseLanguage::new(house.form(), Language::Es);
    assert!(!desk.submit(&choose).await.unwrap().replayed);
    assert!(desk.submit(&choose).await.unwrap().replayed);
    house.clock.advance(days(90));
    assert_eq!(spoken(&house.desk("ana").await), Language::Es);
    assert_eq!(spoken(&house.desk("ben").await), Language::En);
    let house = house.after(|s| s.language = Language::Es);
    assert_eq!(spoken(&house.desk("ben").await), Language::Es);
    let desk = house.desk("ana").await;
    let back = ChooseLanguage::new(house.form(), Language::En);
    desk.submit(&back).await.unwrap();
    assert_eq!(spoken(&house.desk("ana").await), Language::En);
}
