//! What customers see of their profile, and whose it is.
use super::*;

/// 000-52
#[tokio::test]
async fn customers_see_exactly_the_fields_on_the_form_with_what_is_in_them() {
    let memory = memory();
    let seen: Vec<_> = filled(&memory)
        .await
        .into_iter()
        .map(|f| (f.field.key.to_string(), f.value.says_nothing()))
        .collect();
    let keys = form().fields.into_iter();
    let expected: Vec<_> = keys
        .map(|field| {
            (
                field.key.to_string(),
                !matches!(&*field.key, "company" | "member"),
            )
        })
        .collect();
    assert_eq!(seen, expected);
}

/// 000-52
#[tokio::test]
async fn a_portal_without_a_form_offers_no_profiles() {
    let desk = desk(&memory(), &contact("ana"));
    let no = desk.profile().unwrap_err();
    assert_eq!(no.to_string(), "this portal does not offer profiles");
    let no = desk.submit(&update(1, &[("company", "Other")])).await;
    assert!(matches!(no, Err(Error::NotWired("profiles"))));
}

/// 000-55
#[tokio::test]
async fn nothing_is_stored_before_update_profile_is_pressed() {
    let memory = memory();
    let desk = ana(&memory);
    let before = filled(&memory).await;
    let typed = update(1, &[("company", "Other")]);
    let again = filled(&memory).await;
    assert_eq!(before, again);
    desk.submit(&typed).await.unwrap();
    assert_ne!(filled(&memory).await, before);
}

/// 002-04
#[tokio::test]
async fn a_portal_that_is_off_shows_no_profile_and_takes_none() {
    let memory = memory();
    let mut settings = Settings::default();
    settings.enabled = false;
    let portal = builder(&memory)
        .profile(form(), Arc::new(memory.clone()))
        .settings(settings)
        .build()
        .unwrap();
    let desk = portal.customer(viewer(&contact("ana")));
    assert_eq!(refused(&desk.profile().unwrap_err()), ["portal.disabled"]);
    let no = desk.submit(&update(1, &[("about", "Me")])).await;
    assert_eq!(refused(&no.unwrap_err()), ["portal.disabled"]);
}

#[tokio::test]
async fn somebody_the_host_does_not_know_has_no_profile() {
    let memory = memory();
    let portal = builder(&memory)
        .profile(form(), Arc::new(memory.clone()))
        .build()
        .unwrap();
    let bob = portal.customer(viewer(&contact("bob")));
    assert!(matches!(
        bob.profile().unwrap().form().await,
        Err(Error::NotFound)
    ));
    let no = bob.submit(&update(1, &[("company", "x")])).await;
    assert!(matches!(no, Err(Error::NotFound)));
}
