//! What opens a door, or is nobody's business, is written nowhere in clear: every flow is gone through with secrets that stand out, and what everybody sees, and the file, are searched for them.
use std::{
    fmt::{Debug, Write},
    fs,
};

use portal_core::{
    Page,
    accounts::{
        AccountKey, AccountStore, Activation, Applicant, Claim, EnterCode, FollowLink, Followed,
        Login, NextStep, SignIn, Visitor,
    },
    staff::{ApproveRequest, SendActivation},
    store::Store,
};
use portal_testkit::{Facts, World, facts::*};
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use totp_rs::Secret;

use super::site::{KEY, Site, every_way_in, folder};

/// Everything that was said, shown, returned, logged, owed.
#[derive(Default)]
struct Heard {
    text: String,
    secrets: Vec<(&'static str, String)>,
}

impl Heard {
    fn note(&mut self, said: &impl Debug) {
        write!(self.text, "{said:?}\n{said:#?}\n").unwrap();
    }

    /// It was given to whoever it belongs to, and is nobody else's.
    fn secret(&mut self, what: &'static str, secret: &str) -> SecretString {
        assert!(secret.len() >= 6, "{what} stands out too little");
        self.secrets.push((what, secret.to_owned()));
        secret.into()
    }

    fn answer<T: Debug>(&mut self, answer: Result<T, portal_core::Error>) -> Option<T> {
        match answer {
            Ok(yes) => {
                self.note(&yes);
                Some(yes)
            }
            Err(no) => {
                self.note(&no);
                self.text.push_str(&no.to_string());
                let refusals = serde_json::to_string(&no.refusals()).unwrap();
                self.text.push_str(&refusals);
                None
            }
        }
    }

    /// What staff and operators can see.
    async fn looked_at(&mut self, site: &Site) {
        let (store, page) = (&site.tenant.store, Page::first(100));
        let audit = store.audit(&page).await.unwrap().items;
        let outbox = store.outbox(&page).await.unwrap().items;
        let log = site.staff().sign_ins(None, &page).await.unwrap().items;
        self.text.push_str(&serde_json::to_string(&audit).unwrap());
        self.text.push_str(&serde_json::to_string(&outbox).unwrap());
        self.text.push_str(&serde_json::to_string(&log).unwrap());
        self.note(&(audit, outbox, log));
        let ana = AccountKey::Contact(portal_core::Id::new("ana"));
        self.note(&store.account(&ana).await.unwrap());
        self.note(&site.portal);
    }

    fn found(&self, file: &[u8]) -> Vec<String> {
        let mut found = vec![];
        for (what, secret) in &self.secrets {
            if self.text.contains(secret) {
                found.push(format!("{what}, where everybody looks"));
            }
            let hex = secret.bytes().fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").unwrap();
                hex
            });
            for form in [
                secret.clone(),
                secret.to_lowercase(),
                hex.to_uppercase(),
                hex,
            ] {
                if has(file, form.as_bytes()) {
                    found.push(format!("{what}, in the file"));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|w| w == wanted)
}

/// Every byte that a thief of the folder has.
fn stolen(folder: &TempDir) -> Vec<u8> {
    let files = fs::read_dir(folder.path()).unwrap();
    let bytes = files.flat_map(|file| fs::read(file.unwrap().path()).unwrap());
    bytes.collect()
}

fn login(typed: &str) -> Login {
    Login::new(typed)
}

/// What stands in the file of all that is gone through, and may: who the host says people are, what they choose to be, and what strangers say about themselves until
/// it is answered. None of it is a canary; all else is.
async fn everything_that_happens(folder: &TempDir, heard: &mut Heard) -> Site {
    let site = Site::of(folder, "acme", every_way_in()).await;
    let facts = Facts::new().person(person("ana")).person(person("bob"));
    site.tenant.put(facts.person(person("eve"))).await;
    heard.secret("the portal's key", KEY);

    // Invited, and in.
    let link = site.invited(1, "ana").await;
    let link = heard.secret("an invitation", link.expose_secret());
    let door = site.door();
    heard.answer(door.look(&link).await);
    let first = heard.secret("a first password", "canary-first tabby naps");
    let weak = heard.secret("a password that will not do", "canary7");
    let form = FollowLink::new(link.clone()).choosing(weak);
    heard.note(&form);
    heard.answer(door.follow(&form).await);
    let form = FollowLink::new(link).choosing(first.clone());
    heard.note(&form);
    if let Some(Followed::PasswordChosen { device }) = heard.answer(door.follow(&form).await) {
        heard.secret("a browser a password was chosen in", device.expose());
    }
    let form = SignIn::new(login("ana@acme.example"), first.clone());
    heard.note(&form);
    let Some(NextStep::SignedIn(entered)) = heard.answer(door.sign_in(&form).await) else {
        panic!("ana is not let in");
    };
    heard.secret("a session", entered.session.expose());
    heard.secret("a known browser", entered.device.as_ref().unwrap().expose());

    // Things typed wrong, and into the wrong field.
    let wrong = heard.secret("a wrong password", "canary-wrong password");
    for typed in [
        "canary-typed-into-the-wrong-field",
        "canary-nobody@unknown.example",
        "+1 813 555 0199",
    ] {
        let secret = heard.secret("a wrong name", typed);
        let form = SignIn::new(login(secret.expose_secret()), wrong.clone());
        heard.note(&form);
        heard.answer(door.sign_in(&form).await);
    }
    heard.secret("a wrong number", "+18135550199");
    heard.answer(
        door.sign_in(&SignIn::new(login("ana@acme.example"), wrong.clone()))
            .await,
    );
    let other = "canary-forgot@unknown.example";
    heard.secret("an unknown address", other);
    heard.answer(door.forgot_password(&login(other)).await);
    let other = "canary-resend@unknown.example";
    heard.secret("another unknown address", other);
    heard.answer(door.resend_activation(&login(other)).await);
    let cookie = heard.secret("a cookie of nobody's", &"c".repeat(43));
    heard.answer(door.resume(cookie.expose_secret()).await);
    let mangled = heard.secret("a link of nobody's", &"m".repeat(43));
    heard.answer(door.look(&mangled).await);
    heard.answer(door.follow(&FollowLink::new(mangled)).await);
    let wrong_claim = (
        "+1 813 555 0177",
        "canary-claim@unknown.example",
        "99501-7113",
    );
    heard.secret("a claimed address", wrong_claim.1);
    heard.secret("a claimed postal code", wrong_claim.2);
    let form = Claim::new(wrong_claim.0, wrong_claim.1, wrong_claim.2).with_password(wrong);
    heard.answer(door.claim(&form).await);

    // What they do at their own desk.
    let desk = door.resume(entered.session.expose()).await.unwrap();
    heard.note(&desk);
    let account = desk.account().unwrap();
    heard.note(&account);
    let setup = heard.answer(account.set_up_second_factor().await).unwrap();
    let uri = heard.secret("what an app reads", setup.uri.expose_secret());
    let shared = uri.expose_secret().split("secret=").nth(1).unwrap();
    let shared = heard.secret("an app's secret", shared.split('&').next().unwrap());
    let shared = Secret::try_from_base32(shared.expose_secret()).unwrap();
    let app = totp_rs::Builder::new().with_secret(shared).build().unwrap();
    let now = u64::try_from(today().timestamp()).unwrap();
    let code = |at: u64| SecretString::from(app.generate(at).to_string());
    let codes = account.confirm_second_factor(&code(now)).await;
    for code in heard.answer(codes).unwrap().codes {
        heard.secret("a recovery code", code.expose_secret());
    }
    let again = account.prove_again(&first, Some(&code(now + 30))).await;
    let again = heard.answer(again).unwrap().session;
    heard.secret("a session after a proof", again.expose());
    let desk = door.resume(again.expose()).await.unwrap();
    let account = desk.account().unwrap();
    heard.answer(account.sessions().await);
    let asked = account.change_email(&first, "ana@new.example").await;
    let asked = heard.answer(asked).unwrap().session;
    heard.secret("a session after a wish", asked.expose());
    let desk = door.resume(asked.expose()).await.unwrap();
    let account = desk.account().unwrap();
    let link = site.letter().await.unwrap();
    let link = heard.secret("a link to a new address", link.expose_secret());
    let second = heard.secret("a second password", "canary-second tabby naps");
    let changed = heard.answer(account.change_password(&first, &second).await);
    heard.secret(
        "a session after a change",
        changed.unwrap().session.expose(),
    );
    heard.answer(door.follow(&FollowLink::new(link)).await);

    // Password, then code.
    site.clock.advance(minutes(2));
    let step = door
        .sign_in(&SignIn::new(login("ana@acme.example"), second))
        .await;
    let Some(NextStep::EnterCode(token)) = heard.answer(step) else {
        panic!("ana is not asked for a code");
    };
    let token = heard.secret("the way to the second step", token.expose());
    let wrong = EnterCode::new(token.clone(), "000000".into());
    heard.note(&wrong);
    heard.answer(door.enter_code(&wrong).await);
    let right = EnterCode::new(token, code(now + 120));
    heard.note(&right);
    let entered = heard.answer(door.enter_code(&right).await).unwrap();
    heard.secret("a session after a code", entered.session.expose());

    // Forgotten, claimed, signed up, requested.
    heard.answer(door.forgot_password(&login("ana@acme.example")).await);
    let link = site.letter().await.unwrap();
    let link = heard.secret("a reset link", link.expose_secret());
    let third = heard.secret("a third password", "canary-third tabby naps");
    heard.answer(door.follow(&FollowLink::new(link).choosing(third)).await);
    let number = standing("bob").phone.unwrap();
    let form = Claim::new(number.as_str(), "bob@acme.example", "33601");
    heard.answer(door.claim(&form).await);
    let link = site.letter().await.unwrap();
    heard.secret("a claim", link.expose_secret());
    site.clock.advance(hours(2));
    let chosen = heard.secret("a password of who signs up", "canary-signing up naps");
    let applicant = Applicant::new(email("new@new.example"), "New", SURNAME);
    heard.note(&applicant);
    heard.answer(door.sign_up(applicant, &chosen).await);
    let link = site.letter().await.unwrap();
    let link = heard.secret("a sign-up", link.expose_secret());
    heard.answer(door.follow(&FollowLink::new(link)).await);
    let applicant = Applicant::new(email("asks@new.example"), "Asks", SURNAME);
    heard.answer(door.request_account(applicant).await);
    let pending = portal_core::accounts::RequestState::Pending;
    let asked = site
        .staff()
        .requests(pending, &Page::default())
        .await
        .unwrap();
    heard.note(&asked);
    let approve = ApproveRequest::new(command(7), asked.items[0].id.clone());
    heard.answer(site.staff().submit(&approve).await);
    let link = site.letter().await.unwrap();
    heard.secret("an approval", link.expose_secret());

    // A temporary password.
    let mut mailed = every_way_in();
    mailed.accounts.activation = Activation::TemporaryPassword;
    let site = Site::of(folder, "acme", mailed).await;
    site.clock.advance(days(1));
    let form = SendActivation::new(command(8), portal_core::Id::new("eve"));
    heard.answer(site.staff().submit(&form).await);
    let temporary = site.portal.temporary_password(command(8)).unwrap();
    let temporary = heard.secret("a temporary password", temporary.expose_secret());
    let form = SignIn::new(login("eve@acme.example"), temporary);
    let step = site.door().sign_in(&form).await;
    let Some(NextStep::ChoosePassword(token)) = heard.answer(step) else {
        panic!("eve is not asked for a password");
    };
    let token = heard.secret("the way to a lasting password", token.expose());
    let lasting = heard.secret("a lasting password", "canary-lasting tabby naps");
    let form = FollowLink::new(token).choosing(lasting);
    heard.answer(site.door().follow(&form).await);
    heard.looked_at(&site).await;
    site
}

/// T28
#[tokio::test]
async fn no_secret_is_seen_or_kept_in_clear() {
    let (folder, mut heard) = (folder(), Heard::default());
    // Open, so that what was just written stands beside the file.
    let _open = everything_that_happens(&folder, &mut heard).await;
    assert!(heard.secrets.len() >= 30, "{}", heard.secrets.len());
    let file = stolen(&folder);
    assert!(has(&file, b"ana@acme.example"), "that is the file");
    assert_eq!(heard.found(&file), Vec::<String>::new());
}

/// The negative control: what a browser calls itself is kept as it is, and shown to staff. A secret in there is found in both places.
#[tokio::test]
async fn a_secret_that_leaks_is_found() {
    let (folder, mut heard) = (folder(), Heard::default());
    let site = Site::of(&folder, "acme", every_way_in()).await;
    let agent = heard.secret("a canary", "canary that calls itself a browser");
    let visitor = Visitor::from([203, 0, 113, 7].into()).with_agent(agent.expose_secret());
    let form = SignIn::new(login("ana@acme.example"), "whatever it is".into());
    let door = site.portal.door(visitor).unwrap();
    assert!(door.sign_in(&form).await.is_err());
    heard.looked_at(&site).await;
    let found = heard.found(&stolen(&folder));
    assert_eq!(
        found,
        ["a canary, in the file", "a canary, where everybody looks"]
    );
}
