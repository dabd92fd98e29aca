//! Nobody learns at the door who has an account: six flows, eight states of whoever is named, one answer after one and the same work.
use std::fmt;

use portal_core::{
    Error,
    accounts::{
        AccountChange, AccountRequest, AccountState, Applicant, Claim, Login, RequestKind,
        SealedSecret, SignIn,
    },
};
use portal_testkit::facts::*;
use serde_json::{Value, json};

use super::{
    counted::Calls,
    site::{PASSWORD, Site},
};

#[derive(Debug, Clone, Copy)]
enum Flow {
    SignIn,
    Claim,
    ForgotPassword,
    Request,
    ResendActivation,
    ChangeEmail,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Nobody,
    WithoutAccount,
    Invited,
    Active,
    Disabled,
    NotEligible,
    RequestPending,
    SecondFactor,
}

const FLOWS: [Flow; 6] = [
    Flow::SignIn,
    Flow::Claim,
    Flow::ForgotPassword,
    Flow::Request,
    Flow::ResendActivation,
    Flow::ChangeEmail,
];

const STATES: [State; 8] = [
    State::Nobody,
    State::WithoutAccount,
    State::Invited,
    State::Active,
    State::Disabled,
    State::NotEligible,
    State::RequestPending,
    State::SecondFactor,
];

/// What can be told from outside, of one try.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    debug: String,
    json: String,
    hashes: u32,
    store: Calls,
    host: Calls,
    rows: usize,
}

/// Whom every flow names: vic, whose address and number are known to whoever asks.
async fn site(state: State) -> Site {
    let site = Site::new();
    match state {
        State::Nobody => {}
        State::WithoutAccount => site.memory.put_person(person("vic")),
        State::Invited => {
            site.memory.put_person(person("vic"));
            site.invited(1, "vic").await;
        }
        State::Active => drop(site.account(1, "vic").await),
        State::Disabled => {
            let account = site.account(1, "vic").await.account;
            let state = AccountState::Disabled;
            let closed = AccountChange::StateChanged { account, state };
            site.change(3, closed).await;
        }
        State::NotEligible => {
            site.account(1, "vic").await;
            let mut off = person("vic");
            off.standing.portal_option = false;
            site.memory.put_person(off);
        }
        State::RequestPending => {
            let kind = RequestKind::ForApproval;
            let id = portal_core::Id::new("q1");
            let request = AccountRequest::new(id, kind, today() - hours(1), applicant());
            let request = Box::new(request);
            site.change(1, AccountChange::Requested { request }).await;
        }
        State::SecondFactor => {
            let account = site.account(1, "vic").await.account;
            let sealed = SealedSecret::new("00");
            let set = AccountChange::SecondFactorSet {
                account: account.clone(),
                sealed,
            };
            site.change(3, set).await;
            let step = 1;
            let used = AccountChange::SecondFactorUsed { account, step };
            site.change(4, used).await;
        }
    }
    site
}

fn applicant() -> Applicant {
    Applicant::new(email("vic@acme.example"), "vic", SURNAME)
}

/// Goes through a flow so many times; what can be told of each.
async fn tried(flow: Flow, state: State, times: usize) -> Vec<Seen> {
    let site = site(state).await;
    let mut own_session = match flow {
        Flow::ChangeEmail => {
            site.account(11, "bob").await;
            Some(site.sign_in("bob").await)
        }
        _ => None,
    };
    let mut seen = vec![];
    for _ in 0..times {
        let desk = match &own_session {
            Some(session) => site.door().resume(session.session.expose()).await.ok(),
            None => None,
        };
        let (hashes, rows) = (site.hasher.runs(), site.log().await.len());
        site.accounts.take();
        site.people.take();
        let login = || Login::new("vic@acme.example");
        let door = site.door();
        let (debug, json) = match flow {
            Flow::SignIn => {
                let form = SignIn::new(login(), "a wrong password".into());
                answer(&door.sign_in(&form).await, |step| {
                    json!(format!("{step:?}"))
                })
            }
            Flow::Claim => {
                let number = standing("vic").phone.unwrap();
                let form = Claim::new(number.as_str(), "vic@acme.example", "33601");
                answer(&door.claim(&form).await, |claimed| json!(claimed))
            }
            Flow::ForgotPassword => answer(&door.forgot_password(&login()).await, |a| json!(a)),
            Flow::Request => answer(&door.request_account(applicant()).await, |a| json!(a)),
            Flow::ResendActivation => answer(&door.resend_activation(&login()).await, |a| json!(a)),
            Flow::ChangeEmail => {
                let desk = desk.unwrap();
                let account = desk.account().unwrap();
                let password = PASSWORD.into();
                let asked = account.change_email(&password, "vic@acme.example");
                let asked = asked.await;
                let told = answer(&asked, |next| json!(format!("{next:?}")));
                own_session = asked.ok().or(own_session);
                told
            }
        };
        seen.push(Seen {
            debug,
            json,
            hashes: site.hasher.runs() - hashes,
            store: site.accounts.take(),
            host: site.people.take(),
            rows: site.log().await.len() - rows,
        });
    }
    seen
}

/// An answer as it is printed, and as a page or an interface would carry it.
fn answer<T: fmt::Debug>(
    answer: &Result<T, Error>,
    json: impl FnOnce(&T) -> Value,
) -> (String, String) {
    let carried = match answer {
        Ok(yes) => json(yes),
        Err(no) => json!([no.to_string(), no.refusals()]),
    };
    (format!("{answer:?}"), carried.to_string())
}

/// 001-20
#[tokio::test]
async fn six_flows_answer_alike_whoever_is_named_after_the_same_work() {
    for flow in FLOWS {
        let first = tried(flow, State::Nobody, 1).await;
        assert_eq!(first[0].hashes, 1, "{flow:?} hashes once");
        assert_eq!(first[0].rows, 1, "{flow:?} leaves one row in the log");
        for state in STATES {
            let seen = tried(flow, state, 1).await;
            assert_eq!(seen, first, "{flow:?}, {state:?}");
        }
    }
}

/// The allowances tell no more than the answers do: they run out at the same try, and come back at the same instant.
#[tokio::test]
async fn who_tries_again_and_again_is_refused_alike_whoever_is_named() {
    for flow in FLOWS {
        let first = tried(flow, State::Nobody, 15).await;
        let refused = first.iter().position(|s| s.json.contains("too-many"));
        assert!(refused.is_some(), "{flow:?} is limited");
        assert!(first.iter().all(|s| s.rows == 1), "{flow:?}: a row each");
        for state in STATES {
            let seen = tried(flow, state, 15).await;
            assert_eq!(seen, first, "{flow:?}, {state:?}");
        }
    }
}

/// The same comparison tells the right password from a wrong one: it is not blind.
#[tokio::test]
async fn a_right_password_is_seen_to_differ() {
    let site = site(State::Active).await;
    let form = |password: &str| SignIn::new(Login::new("vic@acme.example"), password.into());
    let right = site.door().sign_in(&form(PASSWORD)).await;
    let wrong = site.door().sign_in(&form("a wrong password")).await;
    let told = |step: &_| json!(format!("{step:?}"));
    assert_ne!(answer(&right, told), answer(&wrong, told));
}
