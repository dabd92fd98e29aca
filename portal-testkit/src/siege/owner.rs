use chrono::{DateTime, Utc};
use portal_core::{
    Portal, RecordRef, Topic,
    accounts::{FollowLink, Followed, Login, NextStep, PasswordHash, SignIn, Token, Visitor},
    effect::EffectKind,
    store::{Claim, EffectOutcome},
};
use secrecy::SecretString;

use crate::{PlainHasher, World, facts::minutes};

/// The customer, who wants nothing but to sign in.
#[derive(Debug, Default)]
pub(super) struct Owner {
    visits: u32,
    resets: u32,
}

impl Owner {
    /// What is kept of their password.
    pub(super) fn kept(&self) -> PasswordHash {
        PlainHasher::kept(&self.password())
    }

    /// The browser they always use: it was signed in from before.
    pub(super) fn browser() -> Token {
        Token::read(&"b".repeat(43)).unwrap()
    }

    /// They sign in; once a week with a new password, from a browser nobody has seen.
    pub(super) async fn comes(&mut self, portal: &Portal, world: &dyn World, now: DateTime<Utc>) {
        self.visits += 1;
        self.signs_in(portal, Self::browser()).await;
        if self.visits.is_multiple_of(7) {
            let device = self.resets(portal, world, now).await;
            self.signs_in(portal, device).await;
        }
    }

    async fn signs_in(&self, portal: &Portal, browser: Token) {
        let form = SignIn::new(login(), self.password().as_str().into());
        let visitor = at_home().with_device(Some(browser));
        let step = portal.door(visitor).unwrap().sign_in(&form).await;
        assert!(
            matches!(step, Ok(NextStep::SignedIn(_))),
            "the owner is shut out: {step:?}"
        );
    }

    async fn resets(&mut self, portal: &Portal, world: &dyn World, now: DateTime<Utc>) -> Token {
        let door = portal.door(at_home()).unwrap();
        door.forgot_password(&login()).await.unwrap();
        let link = last_link(portal, world, now).await;
        self.resets += 1;
        let form = FollowLink::new(link).choosing(self.password().as_str().into());
        match door.follow(&form).await.unwrap() {
            Followed::PasswordChosen { device } => device,
            other => panic!("{other:?}"),
        }
    }

    fn password(&self) -> String {
        format!("tabby number {} naps", self.resets)
    }
}

fn login() -> Login {
    Login::new("vic@acme.example")
}

fn at_home() -> Visitor {
    Visitor::from([198, 51, 100, 4].into())
}

/// The link in the last letter. Every letter counts as delivered.
async fn last_link(portal: &Portal, world: &dyn World, now: DateTime<Utc>) -> SecretString {
    let mut link = None;
    let claim = Claim::new(now, minutes(1), 100, vec![Topic::Mail]);
    let store = world.store();
    // To one reader one letter goes out after the other.
    loop {
        let round = store.claim_effects(&claim).await.unwrap();
        if round.is_empty() {
            return link.unwrap();
        }
        for claimed in round {
            if let EffectKind::Mail {
                about: RecordRef::Pass(pass),
                ..
            } = &claimed.effect.kind
            {
                link = Some(portal.link_token(pass).unwrap());
            }
            let (id, tries) = (claimed.effect.id, claimed.tries);
            let settled = store.settle_effect(id, tries, EffectOutcome::Done);
            settled.await.unwrap();
        }
    }
}
