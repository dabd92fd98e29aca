//! What is kept comes back as it was: texts of any script and length, keys of any shape, instants to the microsecond.
use chrono::{DateTime, Duration, NaiveDate, Utc};
use portal_core::{
    Id, Language,
    accounts::{AccountChange, AccountKey, AccountRequest, PasswordHash, SealedSecret},
    details::{PostalAddress, PostalCode, Region},
    profile::{FieldValue, Value},
};

use super::{
    super::scene::{apply, yes},
    log::note,
    passes::{issue, requested},
    scene::{account, change, link, log, open, opened, sign_in},
};
use crate::{
    Facts, World,
    facts::{PassFacts, access, attempt, contact, email, login, pass, phone, request, today},
};

/// Texts that somebody loses on the way: other scripts, quotes, wildcards, blanks at the ends, control characters, ten kilobytes.
fn texts() -> Vec<String> {
    let mut texts = [
        "Ñandú Ōtaru Ж 東京 🦤 é",
        " blanks ",
        "'; drop table x; --",
        "100%_\\",
        "line\nbreak\ttab\r\n",
        "\"{}[]\u{1}\u{7f}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("長い".repeat(1_700));
    texts
}

/// Every text of an account, a session and a row of the log comes back to the letter.
pub async fn every_text_about_an_account_comes_back_as_it_was(world: &dyn World) {
    for (number, text) in (1..).step_by(10).zip(texts()) {
        let who = format!("who {number}");
        let mut access = access("ana").with_email(None);
        access.account = Id::new(format!("account {number}"));
        access.contact = Id::new(who.as_str());
        access.customer = Id::new(text.as_str());
        let account_id = access.account.clone();
        apply(world, yes(number).changed(opened(&access))).await;
        let set = AccountChange::PasswordSet {
            account: account_id.clone(),
            password: PasswordHash::new(text.as_str()),
            device: None,
        };
        let sealed = AccountChange::SecondFactorSet {
            account: account_id.clone(),
            sealed: SealedSecret::new(text.as_str()),
        };
        apply(world, yes(number + 1).changed(set).changed(sealed)).await;
        let mut session = login(&who);
        session.account = account_id.clone();
        session.agent = Some(text.clone());
        sign_in(world, session.clone()).await;
        let mut row = attempt(today());
        row.agent = Some(text.clone());
        row.account = Some(account_id);
        row.customer = Some(Id::new(text.as_str()));
        note(world, row.clone()).await;

        let found = account(world, &who).await.value;
        assert_eq!(found.customer.as_str(), text);
        assert_eq!(found.password.as_ref().unwrap().expose(), text);
        let factor = found.second_factor.unwrap();
        assert_eq!(factor.sealed.as_str(), text);
        let found = world.accounts().session(&session.token).await.unwrap();
        assert_eq!(found.unwrap().session, session);
        assert_eq!(log(world).await[0], row);
    }
}

/// Keys of accounts, contacts, sessions, links and requests are opaque: each names one record, however alike they read.
pub async fn every_key_of_an_account_names_one_record(world: &dyn World) {
    let keys = [
        "a", "A", "a ", " a", "á", "a%", "a'", "a/b", "1", "01", "🦤",
    ];
    for (number, key) in (1..).step_by(10).zip(keys) {
        let mut access = access("ana").with_email(None);
        access.account = Id::new(key);
        access.contact = Id::new(key);
        apply(world, yes(number).changed(opened(&access))).await;
        let mut session = login(&format!("session {key}"));
        session.id = Id::new(key);
        session.account = access.account.clone();
        sign_in(world, session).await;
        let mut pass = pass(&format!("pass {key}")).of(&access.account);
        pass.id = Id::new(key);
        issue(world, number + 1, &pass).await;
        let mut asked = request("r1");
        asked.id = Id::new(key);
        change(world, number + 2, requested(&asked)).await;
    }
    let accounts = world.accounts();
    for key in keys {
        for by in [
            AccountKey::Id(Id::new(key)),
            AccountKey::Contact(Id::new(key)),
        ] {
            let found = accounts.account(&by).await.unwrap().unwrap().value;
            assert_eq!((found.account.as_str(), found.contact.as_str()), (key, key));
        }
        let sessions = accounts.sessions(&Id::new(key)).await.unwrap();
        assert_eq!(sessions.len(), 1, "{key:?}");
        assert_eq!(sessions[0].id.as_str(), key);
        let found = link(world, &format!("pass {key}")).await.unwrap();
        assert_eq!(found.id.as_str(), key);
        let found = accounts.request(&Id::new(key)).await.unwrap().unwrap();
        assert_eq!(found.value.id.as_str(), key);
    }
}

/// Everything an applicant may say comes back to the letter.
pub async fn everything_an_applicant_says_comes_back_as_it_was(world: &dyn World) {
    for (number, text) in (1..).zip(texts()) {
        let mut asked = talkative(&format!("r{number}"));
        let applicant = &mut asked.applicant;
        applicant.given_name.clone_from(&text);
        applicant.surname.clone_from(&text);
        applicant.organisation = Some(text.clone());
        applicant.message = Some(text.clone());
        applicant.card = Some(text.clone());
        applicant.bank_account = Some(text);
        change(world, number, requested(&asked)).await;
        let found = world.accounts().request(&asked.id).await.unwrap().unwrap();
        assert!(found.value == asked, "text {number}");
    }
}

/// Texts of a profile come back to the letter, under keys of any shape.
pub async fn every_text_of_a_profile_comes_back_as_it_was(world: &dyn World) {
    let named = |(n, text): (usize, String)| {
        let field = texts().swap_remove((n + 1) % 6);
        FieldValue::new(field, Value::Text(text))
    };
    let mut fields: Vec<_> = texts().into_iter().take(6).enumerate().map(named).collect();
    let long = texts().pop().unwrap();
    fields.push(FieldValue::new("long", Value::Text(long)));
    let facts = Facts::new().profile(contact("ana"), fields.clone());
    world.put(facts).await;
    let found = super::people::profile(world, "ana").await.value;
    for each in fields {
        assert!(found.contains(&each), "{each:?}");
    }
}

/// Instants come back to the microsecond, in either millennium.
pub async fn every_instant_about_an_account_comes_back_to_the_microsecond(world: &dyn World) {
    open(world, 1, "ana").await;
    let micro = Duration::microseconds(123_457);
    let instants: [DateTime<Utc>; 3] = [
        today() + micro,
        DateTime::from_timestamp(1, 0).unwrap() + micro,
        DateTime::from_timestamp(32_503_680_000, 0).unwrap() + micro,
    ];
    for (number, at) in (2..).step_by(10).zip(instants) {
        let name = format!("n{number}");
        let mut session = login(&name);
        session.opened_at = at;
        session.seen_at = at + micro;
        session.proved_at = at - micro;
        sign_in(world, session.clone()).await;
        let found = world.accounts().session(&session.token).await.unwrap();
        assert_eq!(found.unwrap().session, session);
        let mut pass = pass(&name);
        pass.until = at;
        issue(world, number, &pass).await;
        assert_eq!(link(world, &name).await, Some(pass));
        let mut asked = request(&name);
        asked.asked_at = at;
        change(world, number + 1, requested(&asked)).await;
        let found = world.accounts().request(&asked.id).await.unwrap().unwrap();
        assert_eq!(found.value.asked_at, at);
        let sent = AccountChange::TemporaryPasswordSet {
            account: access("ana").account,
            password: PasswordHash::new("x"),
            until: at,
        };
        change(world, number + 2, sent).await;
        let found = account(world, "ana").await.value.temporary.unwrap();
        assert_eq!(found.until, at);
        note(world, attempt(at)).await;
        assert!(log(world).await.iter().any(|row| row.at == at));
    }
}

/// A request with everything in it that anybody can say.
pub(super) fn talkative(id: &str) -> AccountRequest {
    let mut request = request(id);
    let applicant = &mut request.applicant;
    applicant.organisation = Some("Ñandú & Söhne, \"GmbH\"".into());
    applicant.phone = Some(phone("+493012345678"));
    applicant.billing = Some(address("Calle Mayor 1"));
    applicant.shipping = Some(address("Étage 7").with_district("Bizkaia").unwrap());
    applicant.card = Some("tok_card_1".into());
    applicant.bank_account = Some("tok_bank_1".into());
    applicant.language = Some(Language::Es);
    applicant.message = Some("two\nlines".into());
    request
}

/// One field of each kind.
pub(super) fn every_value() -> Vec<FieldValue> {
    vec![
        FieldValue::new("text", Value::Text("two\nlines, añá 🦤".into())),
        FieldValue::new("choice", Value::Choice("red".into())),
        FieldValue::new("flag", Value::Flag(false)),
        FieldValue::new(
            "date",
            Value::Date(NaiveDate::from_ymd_opt(1912, 2, 29).unwrap()),
        ),
        FieldValue::new("phone", Value::Phone(phone("+34911234567"))),
        FieldValue::new("email", Value::Email(email("other@home.example"))),
        FieldValue::new(
            "code",
            Value::PostalCode(PostalCode::parse("48001", None).unwrap()),
        ),
        FieldValue::new("address", Value::Address(address("Calle Mayor 1"))),
        FieldValue::new("empty", Value::Empty),
    ]
}

fn address(line: &str) -> PostalAddress {
    let region = Region::parse("ES").unwrap();
    let code = PostalCode::parse("48001", Some(region)).unwrap();
    PostalAddress::new([line, "2.º izq."], "Bilbao", region)
        .unwrap()
        .with_postal_code(code)
}
