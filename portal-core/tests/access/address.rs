//! Where the portal is: a setting of the host's, which staff hand on and no form changes.
use portal_core::{
    Id, Language, RecordRef,
    accounts::{ChooseLanguage, EmailChange, EndOtherSessions},
    staff::{ChangeAccess, Closing, SendActivation, StaffRole},
};
use portal_testkit::facts::*;
use secrecy::ExposeSecret;

use super::house::*;

const HERE: &str = "https://rental.example/portal";
const ELSEWHERE: &str = "https://elsewhere.example";

/// 002-05
#[tokio::test]
async fn staff_of_any_role_hand_on_the_link_just_as_the_settings_have_it() {
    for role in [StaffRole::Support, StaffRole::Admin] {
        let house = House::new();
        assert_eq!(house.desk_of(role).portal_link(), Some(HERE));
        let moved = house.after(|s| s.url = Some(ELSEWHERE.to_owned()));
        assert_eq!(moved.desk_of(role).portal_link(), Some(ELSEWHERE));
    }
}

/// 002-05
#[tokio::test]
async fn it_can_be_handed_on_before_the_portal_is_switched_on() {
    let house = House::with(|s| s.enabled = false);
    let desk = house.desk_of(StaffRole::Support);
    assert_eq!(desk.portal_link(), Some(HERE));
}

/// 002-05
#[tokio::test]
async fn the_links_in_mails_begin_with_it() {
    let house = House::new();
    house.knows(person("ana"));
    let send = SendActivation::new(house.form(), Id::new("ana"));
    house.staff(&send).await.unwrap();
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    let RecordRef::Pass(pass) = &letter.about else {
        panic!("{letter:?}")
    };
    let link = house.portal.link(pass).unwrap();
    let secret = house.secret(letter);
    let whole = format!("{HERE}/link/{}", secret.expose_secret());
    assert_eq!(link.expose_secret(), whole);
}

/// 002-06
#[tokio::test]
async fn whatever_customers_and_staff_ask_for_the_settings_stay_as_the_host_wrote_them() {
    let house = House::with(|s| s.accounts.email_change = EmailChange::VerifyNewAddress);
    let before = house.portal.settings().clone();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let language = ChooseLanguage::new(house.form(), Language::Es);
    desk.submit(&language).await.unwrap();
    let others = EndOtherSessions::new(house.form());
    desk.submit(&others).await.unwrap();
    let account = desk.account().unwrap();
    let password = PASSWORD.into();
    let email = account.change_email(&password, "ana@home.example").await;
    email.unwrap();
    change(&desk, PASSWORD, ANOTHER).await.unwrap();
    let staff = house.desk_of(StaffRole::Admin);
    let account = staff.account_of(&Id::new("ana")).await.unwrap().unwrap();
    for closing in [Closing::SignOutEverywhere, Closing::Close, Closing::Reopen] {
        let form = ChangeAccess::new(house.form(), account.clone(), closing);
        staff.submit(&form).await.unwrap();
    }
    assert_eq!(*house.portal.settings(), before);
    assert_eq!(staff.portal_link(), Some(HERE));
}
