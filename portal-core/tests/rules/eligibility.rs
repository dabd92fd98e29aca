//! Who may have an account at all. Every reason is for staff; the customer reads a neutral answer.
use chrono::Duration;
use portal_core::{
    Refusals, Settings,
    accounts::{Condition, ConditionKind, EligibilitySettings, Fix, Standing, explain, may_enter},
    details::{EmailAddress, Phone, PostalCode},
    refusal::Lasting,
};
use portal_testkit::facts::*;
use proptest::prelude::*;

/// A customer of whom the rental desk has all it asks for.
fn complete() -> Standing {
    let mut standing = Standing::new();
    standing.phone = Phone::parse("+18135551234", None).ok();
    standing.email = EmailAddress::parse("ana@acme.example").ok();
    standing.postal_code = PostalCode::parse("33601", None).ok();
    standing.contracts = 1;
    standing.on_account = true;
    standing.changed_at = Some(today() - hours(2));
    standing.synced_at = Some(today() - hours(1));
    standing
}

fn strict() -> Settings {
    let mut settings = Settings::default();
    settings.accounts.eligibility = EligibilitySettings::strict();
    settings
}

fn codes(standing: &Standing, settings: &Settings) -> Vec<&'static str> {
    let no = may_enter(standing, settings).err();
    no.map(|no| no.codes()).unwrap_or_default()
}

fn fixes(standing: &Standing, settings: &Settings) -> Vec<Fix> {
    let all = explain(standing, settings);
    all.into_iter()
        .filter_map(|condition| condition.fix)
        .collect()
}

/// What one edit of a complete customer, or of the settings, makes of the answer.
fn refused(edit: impl FnOnce(&mut Standing, &mut Settings), code: &str, fix: Fix) {
    let (mut standing, mut settings) = (complete(), strict());
    edit(&mut standing, &mut settings);
    assert_eq!(codes(&standing, &settings), [code]);
    assert_eq!(fixes(&standing, &settings), [fix]);
}

fn admitted(edit: impl FnOnce(&mut Standing, &mut Settings)) {
    let (mut standing, mut settings) = (complete(), strict());
    edit(&mut standing, &mut settings);
    assert_eq!(codes(&standing, &settings), Vec::<&str>::new());
    assert_eq!(fixes(&standing, &settings), []);
}

/// 001-11
#[test]
fn an_account_customer_with_everything_filled_in_may_enter() {
    admitted(|_, _| {});
}

/// 001-03
#[test]
fn without_a_licence_nobody_may_enter() {
    refused(
        |_, s| s.licensed = false,
        "portal.licence-missing",
        Fix::BuyLicence,
    );
}

/// 003-01
#[test]
fn where_the_host_is_not_in_the_beta_nobody_may_enter() {
    refused(
        |_, s| s.beta = false,
        "portal.in-beta",
        Fix::ContactCustomerCare,
    );
}

/// 002-03
#[test]
fn where_the_portal_is_on_customers_may_enter() {
    admitted(|_, s| s.enabled = true);
}

/// 002-04
#[test]
fn where_the_portal_is_off_nobody_may_enter() {
    refused(
        |_, s| s.enabled = false,
        "portal.disabled",
        Fix::SwitchPortalOn,
    );
}

/// 001-04
#[test]
fn a_customer_without_a_main_phone_number_may_not_enter() {
    refused(
        |c, _| c.phone = None,
        "eligibility.phone-missing",
        Fix::EnterPhone,
    );
}

/// 001-05, B2
#[test]
fn a_customer_whose_main_phone_number_is_anothers_too_may_not_enter() {
    refused(
        |c, _| c.phone_shared = true,
        "eligibility.phone-not-unique",
        Fix::SeparatePhones,
    );
}

/// 001-05: a number that is missing is missing, not shared.
#[test]
fn nobody_shares_a_number_that_is_not_there() {
    refused(
        |c, _| {
            c.phone = None;
            c.phone_shared = true;
        },
        "eligibility.phone-missing",
        Fix::EnterPhone,
    );
}

/// 001-06
#[test]
fn a_customer_without_an_email_address_may_not_enter() {
    refused(
        |c, _| c.email = None,
        "eligibility.email-missing",
        Fix::EnterEmail,
    );
}

/// 001-07
#[test]
fn a_customer_without_a_postal_code_may_not_enter() {
    refused(
        |c, _| c.postal_code = None,
        "eligibility.postal-code-missing",
        Fix::EnterPostalCode,
    );
}

/// 001-08
#[test]
fn a_customer_whose_own_switch_is_off_may_not_enter() {
    refused(
        |c, _| c.portal_option = false,
        "eligibility.portal-option-off",
        Fix::SwitchOptionOn,
    );
}

/// 001-09, B4
#[test]
fn a_contract_or_a_quote_of_any_status_or_age_is_history() {
    for (contracts, quotes) in [(1, 0), (0, 1), (1, 1), (u32::MAX, 0), (0, u32::MAX)] {
        admitted(|c, _| (c.contracts, c.quotes) = (contracts, quotes));
    }
}

/// 001-10
#[test]
fn a_customer_without_a_contract_or_quote_may_not_enter() {
    refused(
        |c, _| (c.contracts, c.quotes) = (0, 0),
        "eligibility.no-history",
        Fix::WriteQuoteOrContract,
    );
}

/// 001-12
#[test]
fn a_cash_customer_may_not_enter_even_with_everything_else_filled_in() {
    refused(
        |c, _| c.on_account = false,
        "eligibility.cash-only",
        Fix::OpenCreditAccount,
    );
}

/// 001-13, B5
#[test]
fn what_was_entered_since_the_last_update_of_the_site_does_not_count_yet() {
    for (changed, synced) in [
        (None, None),
        (Some(today()), None),
        (Some(today()), Some(today() - hours(1))),
        (Some(today()), Some(today() - Duration::nanoseconds(1))),
    ] {
        refused(
            |c, _| (c.changed_at, c.synced_at) = (changed, synced),
            "eligibility.not-synced-yet",
            Fix::UpdateSite,
        );
    }
}

/// 001-14, B5
#[test]
fn once_the_site_was_updated_by_hand_or_at_night_it_counts() {
    for (changed, synced) in [
        (Some(today()), Some(today())),
        (Some(today()), Some(today() + hours(9))),
        (None, Some(today())),
    ] {
        admitted(|c, _| (c.changed_at, c.synced_at) = (changed, synced));
    }
}

/// 001-03 to 001-13
#[test]
fn everything_that_is_missing_is_said_at_once_and_what_passes_by_itself_last() {
    let mut settings = strict();
    (settings.licensed, settings.beta, settings.enabled) = (false, false, false);
    let mut nobody = Standing::new();
    nobody.portal_option = false;
    assert_eq!(
        codes(&nobody, &settings),
        [
            "portal.licence-missing",
            "portal.in-beta",
            "portal.disabled",
            "eligibility.portal-option-off",
            "eligibility.phone-missing",
            "eligibility.email-missing",
            "eligibility.postal-code-missing",
            "eligibility.no-history",
            "eligibility.cash-only",
            "eligibility.not-synced-yet",
        ]
    );
    let no: Refusals = may_enter(&nobody, &settings).unwrap_err();
    let lasting: Vec<_> = no.iter().map(portal_core::Refusal::lasting).collect();
    assert!(lasting.is_sorted());
    assert_eq!(lasting.last(), Some(&Lasting::ForAWhile));
    assert_eq!(
        fixes(&nobody, &settings),
        [
            Fix::BuyLicence,
            Fix::ContactCustomerCare,
            Fix::SwitchPortalOn,
            Fix::SwitchOptionOn,
            Fix::EnterPhone,
            Fix::EnterEmail,
            Fix::EnterPostalCode,
            Fix::WriteQuoteOrContract,
            Fix::OpenCreditAccount,
            Fix::UpdateSite,
        ]
    );
}

type Ask = fn(&mut EligibilitySettings) -> &mut bool;

/// 001-08: the switches count always, everything else only where the host asks for it.
#[test]
fn a_portal_that_does_not_ask_for_something_does_not_miss_it() {
    let settings = Settings::default();
    let mut nobody = Standing::new();
    nobody.phone_shared = true;
    assert_eq!(codes(&nobody, &settings), Vec::<&str>::new());
    nobody.portal_option = false;
    assert_eq!(codes(&nobody, &settings), ["eligibility.portal-option-off"]);
    let asked: [(Ask, &str); 6] = [
        (|e| &mut e.phone, "eligibility.phone-missing"),
        (|e| &mut e.email, "eligibility.email-missing"),
        (|e| &mut e.postal_code, "eligibility.postal-code-missing"),
        (|e| &mut e.history, "eligibility.no-history"),
        (|e| &mut e.on_account, "eligibility.cash-only"),
        (|e| &mut e.synced, "eligibility.not-synced-yet"),
    ];
    for (ask, code) in asked {
        let mut settings = Settings::default();
        *ask(&mut settings.accounts.eligibility) = true;
        assert_eq!(codes(&Standing::new(), &settings), [code]);
        let mut settings = strict();
        *ask(&mut settings.accounts.eligibility) = false;
        assert!(!codes(&Standing::new(), &settings).contains(&code));
    }
}

/// 001-03 to 001-14: what staff read.
#[test]
fn staff_see_every_condition_whether_it_is_asked_for_met_and_what_would_fix_it() {
    let mut settings = strict();
    settings.accounts.eligibility.history = false;
    let mut standing = complete();
    standing.phone_shared = true;
    standing.contracts = 0;
    let all = explain(&standing, &settings);
    let kinds: Vec<_> = all.iter().map(|c| c.condition).collect();
    assert_eq!(kinds, ConditionKind::ALL);
    let of = |kind| all.iter().find(|c| c.condition == kind).unwrap();
    let read = |c: &Condition| (c.required, c.met, c.fix);
    assert_eq!(read(of(ConditionKind::Phone)), (true, true, None));
    assert_eq!(
        read(of(ConditionKind::PhoneUnique)),
        (true, false, Some(Fix::SeparatePhones))
    );
    assert_eq!(read(of(ConditionKind::History)), (false, false, None));
    assert_eq!(
        serde_json::to_value(of(ConditionKind::PhoneUnique)).unwrap(),
        serde_json::json!({"condition": "phone-unique", "required": true, "met": false, "fix": "separate-phones"})
    );
}

/// 001-03 to 001-14: what words staff read it in.
#[cfg(feature = "words")]
#[test]
fn every_condition_and_its_fix_have_words_of_their_own_in_every_language() {
    use portal_core::{Language, words::Words};
    for &language in Language::ALL {
        let words = Words::new(language);
        let mut said = std::collections::BTreeSet::new();
        for &condition in ConditionKind::ALL {
            for text in [words.condition(condition), words.fix(condition.fix())] {
                assert!(
                    !text.starts_with("condition-") && !text.starts_with("fix-"),
                    "{text}"
                );
                assert!(said.insert(text));
            }
        }
    }
}

fn standings() -> impl Strategy<Value = Standing> {
    let flags = any::<[bool; 6]>();
    let counts = (0_u32..2, 0_u32..2);
    let at = || prop::option::of((0_i64..3).prop_map(|n| today() + hours(n)));
    (flags, counts, at(), at()).prop_map(|(flags, (contracts, quotes), changed_at, synced_at)| {
        let [option, phone, shared, email, code, on_account] = flags;
        let complete = complete();
        let mut standing = Standing::new();
        standing.portal_option = option;
        standing.phone = complete.phone.filter(|_| phone);
        standing.phone_shared = shared;
        standing.email = complete.email.filter(|_| email);
        standing.postal_code = complete.postal_code.filter(|_| code);
        (standing.contracts, standing.quotes) = (contracts, quotes);
        standing.on_account = on_account;
        (standing.changed_at, standing.synced_at) = (changed_at, synced_at);
        standing
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    (any::<[bool; 3]>(), any::<[bool; 7]>()).prop_map(|(portal, asked)| {
        let mut settings = Settings::default();
        [settings.licensed, settings.beta, settings.enabled] = portal;
        let e = &mut settings.accounts.eligibility;
        [
            e.phone,
            e.phone_unique,
            e.email,
            e.postal_code,
            e.history,
            e.on_account,
            e.synced,
        ] = asked;
        settings
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// 001-03 to 001-14: what staff are told and what the door does are one rule.
    #[test]
    fn a_customer_may_enter_exactly_when_no_condition_has_a_fix(standing in standings(), settings in settings()) {
        let explained = explain(&standing, &settings);
        let refused = codes(&standing, &settings);
        let unmet = explained.iter().filter(|c| c.required && !c.met);
        prop_assert_eq!(unmet.clone().count(), refused.len());
        for condition in &explained {
            prop_assert_eq!(condition.fix.is_some(), condition.required && !condition.met);
            prop_assert!(condition.fix.is_none_or(|fix| fix == condition.condition.fix()));
        }
        for code in &refused {
            prop_assert!(code.starts_with("portal.") || code.starts_with("eligibility."), "{}", code);
        }
        let mut distinct = refused.clone();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), refused.len());
    }

    /// 001-14: doing what the fixes say, and nothing else, lets the customer in.
    #[test]
    fn doing_what_the_fixes_say_lets_the_customer_in(standing in standings(), settings in settings()) {
        let (mut standing, mut settings) = (standing, settings);
        for fix in fixes(&standing, &settings) {
            let complete = complete();
            match fix {
                Fix::BuyLicence => settings.licensed = true,
                Fix::ContactCustomerCare => settings.beta = true,
                Fix::SwitchPortalOn => settings.enabled = true,
                Fix::SwitchOptionOn => standing.portal_option = true,
                Fix::EnterPhone => (standing.phone, standing.phone_shared) = (complete.phone, false),
                Fix::SeparatePhones => standing.phone_shared = false,
                Fix::EnterEmail => standing.email = complete.email,
                Fix::EnterPostalCode => standing.postal_code = complete.postal_code,
                Fix::WriteQuoteOrContract => standing.quotes = 1,
                Fix::OpenCreditAccount => standing.on_account = true,
                Fix::UpdateSite => standing.synced_at = Some(today() + hours(9)),
                other => panic!("{other:?}"),
            }
        }
        prop_assert!(may_enter(&standing, &settings).is_ok());
    }
}
