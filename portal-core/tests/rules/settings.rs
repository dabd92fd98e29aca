use portal_core::{
    Settings,
    courses::{ChangePolicy, Cutoff, PriceRule},
    settings::{MoneyActions, NameMatch, Problem},
};

fn read(text: &str) -> Result<Settings, Problem> {
    Settings::read(&mut serde_json::Deserializer::from_str(text))
}

#[test]
fn nothing_written_is_the_defaults_and_they_agree_with_themselves() {
    let settings = read("{}").unwrap();
    assert_eq!(settings, Settings::default());
    assert_eq!(settings.problems(), []);
}

#[cfg(not(feature = "accounts"))]
const ACCOUNTS: &str = "";
#[cfg(feature = "accounts")]
const ACCOUNTS: &str = r#",
    "country": "US",
    "accounts": {
        "eligibility": {
            "phone": true, "phone_unique": true, "email": true, "postal_code": true, "history": true, "on_account": true, "synced": true
        },
        "invitations": false,
        "claims": true,
        "sign_up": {"enabled": true, "required": ["credit_card", "bank_account", "billing_details", "shipping_details"]},
        "requests": true,
        "activation": "temporary_password",
        "email_change": "verify_new_address",
        "second_factor": false,
        "sessions": {"idle_minutes": 15, "longest_hours": 8, "fresh_minutes": 10},
        "passwords": {"shortest": 12},
        "links": {"from_staff_hours": 48, "asked_for_hours": 12, "reset_minutes": 30},
        "log_days": 90
    }"#;

#[test]
fn every_switch_reads_back_as_it_was_written() {
    let shared = r#"
        "enabled": false,
        "licensed": false,
        "beta": false,
        "url": "https://courses.example/portal",
        "language": "es",
        "zone": "Europe/Madrid",
        "names": {"matching": "strict", "when_no_surname": "full_name", "tries": 3, "tries_minutes": 30},
        "orders": {"card_payments": false, "instructions_are_enough": true, "money_actions": "any_viewer", "unlocked_by": ["manual"]},
        "accounting": {"on_open_payment": "defer", "wait_hours": 48, "export_with_invoice": true},
        "payment_methods": {"cards": false, "bank_accounts": false, "expiry_mail": false},
        "courses": {
            "policy": {
                "transfers": {"allowed": true, "until": {"days_before": {"days": 2, "at": "17:00:00"}}},
                "cancellations": {"allowed": true, "until": "start"}
            },
            "price_rule": "require_review",
            "offer_hours": 4
        },
        "mail": {
            "coalesce_same_recipient": true,
            "staff_notice_on_cancel": true,
            "staff_address": "desk@school.example",
            "organiser": "The School",
            "log_days": 30,
            "texts": {
                "first_time_instructions": "Hello {given_name}, your way in: {link}",
                "existing_user_instructions": "Sign in at {link}",
                "welcome": "Welcome to {organiser}!"
            }
        }
    "#;
    let text = format!("{{{shared}{ACCOUNTS}}}");
    let settings = read(&text).unwrap();
    assert_eq!(settings.names.matching, NameMatch::Strict);
    assert_eq!(settings.orders.money_actions, MoneyActions::AnyViewer);
    assert_eq!(settings.courses.price_rule, PriceRule::RequireReview);
    assert_eq!(
        settings.courses.policy.cancellations,
        ChangePolicy::Until(Cutoff::Start)
    );
    assert_eq!(settings.problems(), []);
    let written = serde_json::to_string(&settings).unwrap();
    assert_eq!(read(&written).unwrap(), settings);
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&settings).unwrap(), expected);
}

#[test]
fn an_unknown_key_is_refused_with_its_path_and_the_keys_there_are() {
    for (text, key, offers) in [
        (r#"{"enable": true}"#, "enable", "`enabled`"),
        (
            r#"{"orders": {"money_action": "any_viewer"}}"#,
            "orders.money_action",
            "`money_actions`",
        ),
        (
            r#"{"courses": {"policy": {"transfer": {"allowed": true}}}}"#,
            "courses.policy.transfer",
            "`transfers`",
        ),
        (
            r#"{"names": {"tries": 5, "lockout": true}}"#,
            "names.lockout",
            "`tries_minutes`",
        ),
        (
            r#"{"orders": {"money_actions": "everyone"}}"#,
            "orders.money_actions",
            "`any_viewer`",
        ),
    ] {
        let problem = read(text).unwrap_err();
        assert_eq!(problem.key, key, "{text}");
        assert!(problem.what.contains(offers), "{}", problem.what);
    }
}

#[test]
fn a_cut_off_of_zero_is_refused_with_its_path_and_the_two_things_it_might_mean() {
    for (until, key) in [
        (r#"{"hours_before": 0}"#, "courses.policy.transfers"),
        (
            r#"{"days_before": {"days": 0, "at": "12:00:00"}}"#,
            "courses.policy.transfers",
        ),
    ] {
        let text = format!(
            r#"{{"courses": {{"policy": {{"transfers": {{"allowed": true, "until": {until}}}}}}}}}"#
        );
        let problem = read(&text).unwrap_err();
        assert!(problem.key.starts_with(key), "{problem}");
        assert!(problem.what.contains("0 is not a cut-off"), "{problem}");
        assert!(problem.what.contains("\"start\""), "{problem}");
    }
}

#[test]
fn a_cut_off_for_what_is_not_allowed_contradicts_itself() {
    let problem = read(
        r#"{"courses": {"policy": {"cancellations": {"allowed": false, "until": {"hours_before": 24}}}}}"#,
    )
    .unwrap_err();
    assert_eq!(problem.key, "courses.policy.cancellations");
    assert!(problem.what.contains("remove `until`"), "{problem}");
}

#[test]
fn every_contradiction_is_named_at_once_with_its_key_and_the_fix() {
    let settings = read(
        r#"{
        "names": {"tries": 500, "tries_minutes": 9999},
        "courses": {
            "policy": {"transfers": {"allowed": true, "until": {"hours_before": 20000}}},
            "offer_hours": 99999
        },
        "mail": {"staff_notice_on_cancel": true}
    }"#,
    )
    .unwrap();
    let keys: Vec<_> = settings.problems().into_iter().map(|p| p.key).collect();
    assert_eq!(
        keys,
        [
            "names.tries",
            "names.tries_minutes",
            "mail.staff_notice_on_cancel",
            "courses.policy.transfers.until",
            "courses.offer_hours",
        ]
    );
}

#[test]
fn a_staff_address_that_is_none_is_named() {
    for address in [
        "desk",
        "@school.example",
        "desk@",
        "Desk <desk@school.example>",
        "staff@localhost",
    ] {
        let mut settings = Settings::default();
        settings.mail.staff_address = Some(address.into());
        let problems = settings.problems();
        assert_eq!(problems.len(), 1, "{address}");
        assert_eq!(problems[0].key, "mail.staff_address");
    }
}

/// T16
#[test]
fn an_address_that_would_lose_every_link_is_named_before_the_first_customer_comes() {
    let long = format!("https://a.example/{}", "p".repeat(1_950));
    for url in [
        "https://b\u{fc}cher.example/portal",
        "https://a.example/o'brien",
        "http://localhost.evil.example",
        "http://localhost:80@evil.example",
        "https://a.example/portal/",
        "https://a.example?x",
        &long,
    ] {
        let mut settings = Settings::default();
        settings.url = Some(url.into());
        let problems = settings.problems();
        assert_eq!(problems.len(), 1, "{url}");
        assert_eq!(problems[0].key, "url");
    }
    for url in [
        "https://xn--bcher-kva.example/portal",
        "http://localhost:8080",
    ] {
        let mut settings = Settings::default();
        settings.url = Some(url.into());
        assert_eq!(settings.problems(), [], "{url}");
    }
}

/// `other` is every reason that nobody has named: whoever lets orders be paid for it does not know what they let happen.
#[test]
fn no_order_is_unlocked_for_a_reason_that_nobody_names() {
    let known = r#"{"orders": {"unlocked_by": ["manual", "remote_changed"]}}"#;
    assert_eq!(read(known).unwrap().problems(), []);
    let unknown = r#"{"orders": {"unlocked_by": ["manual", "other"]}}"#;
    let found = read(unknown).unwrap().problems();
    let keys: Vec<_> = found.iter().map(|problem| &*problem.key).collect();
    assert_eq!(keys, ["orders.unlocked_by"]);
}
