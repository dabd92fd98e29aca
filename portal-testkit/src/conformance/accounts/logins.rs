//! [`AccountStore::account`](portal_core::accounts::AccountStore::account), and what happens to an account.
use portal_core::{
    Expectation, Id, Language, RecordRef, Version,
    accounts::{Access, AccountChange, AccountKey, AccountState, SealedSecret},
};

use super::{
    super::scene::{apply, conflict, yes, yes_with_mail},
    scene::{account, change, kept, open, opened, opening, sign_in},
};
use crate::{
    World,
    facts::{access, days, email, hours, login, password, phone, today},
};

/// "The account that this leads to": by its own key, its contact, its address and its number, and by nothing that is like one of them.
pub async fn an_account_is_found_by_each_of_its_keys_and_by_no_other(world: &dyn World) {
    let number = phone("+18135550100");
    let ana = access("ana").with_phone(Some(number.clone()));
    apply(world, yes(1).changed(opened(&ana))).await;
    apply(world, yes(2).changed(opened(&access("ben")))).await;

    let accounts = world.accounts();
    for by in [
        AccountKey::Id(ana.account.clone()),
        AccountKey::Contact(ana.contact.clone()),
        AccountKey::Email(email("ANA@acme.example")),
        AccountKey::Phone(number),
    ] {
        let found = accounts.account(&by).await.unwrap().unwrap();
        assert_eq!(found.value.account, ana.account, "by {by:?}");
        assert_eq!(found.seen.len(), 1);
        assert_eq!(found.seen[0].0, RecordRef::Account(ana.account.clone()));
    }
    for by in [
        AccountKey::Id(Id::new("ana")),
        AccountKey::Id(Id::new("")),
        AccountKey::Contact(Id::new("account-of-ana")),
        AccountKey::Contact(Id::new("Ana")),
        AccountKey::Email(email("an@acme.example")),
        AccountKey::Email(email("ana_@acme.example")),
        AccountKey::Phone(phone("+18135550101")),
    ] {
        let found = accounts.account(&by).await.unwrap();
        assert_eq!(found, None, "by {by:?}");
    }
}

/// "In state `Invited` and without a password", with the keys it was opened with and nothing else.
pub async fn a_new_account_is_invited_and_empty(world: &dyn World) {
    let ana = access("ana").with_phone(Some(phone("+18135550100")));
    apply(world, yes(1).changed(opened(&ana))).await;
    let found = account(world, "ana").await.value;
    let new = Access::new(ana.account, ana.contact, ana.customer);
    let expected = new.with_email(ana.email).with_phone(ana.phone);
    assert!(found == expected, "{found:?}");
    assert_eq!(found.state, AccountState::Invited);
}

/// "Where the contact has one already the store answers `Conflict`", and writes nothing.
pub async fn a_contact_has_one_account(world: &dyn World) {
    open(world, 1, "ana").await;
    let before = kept(world, &[]).await;
    let mut second = access("ana").with_email(None);
    second.account = Id::new("another");
    conflict(world, yes_with_mail(2).changed(opened(&second))).await;
    assert_eq!(kept(world, &[]).await, before);
    let by = AccountKey::Id(second.account.clone());
    assert_eq!(world.accounts().account(&by).await.unwrap(), None);

    let mut same_key = access("ben");
    same_key.account = access("ana").account;
    conflict(world, yes_with_mail(3).changed(opened(&same_key))).await;
    assert_eq!(kept(world, &[]).await, before);
}

/// "As it does when another account signs in with that address or number": when it is opened, and when its logins are changed.
pub async fn a_taken_address_or_number_is_a_conflict_and_writes_nothing(world: &dyn World) {
    let number = phone("+18135550100");
    let ana = access("ana").with_phone(Some(number.clone()));
    apply(world, yes(1).changed(opened(&ana))).await;
    apply(world, yes(2).changed(opened(&access("ben")))).await;
    let before = (kept(world, &[]).await, account(world, "ben").await);

    let cleo = access("cleo");
    let taken = [(ana.email.clone(), None), (None, Some(number.clone()))];
    for (email, phone) in taken {
        let opened = opened(
            &cleo
                .clone()
                .with_email(email.clone())
                .with_phone(phone.clone()),
        );
        conflict(world, yes_with_mail(3).changed(opened)).await;
        let by = AccountKey::Id(cleo.account.clone());
        assert_eq!(world.accounts().account(&by).await.unwrap(), None);
        let changed = AccountChange::LoginsChanged {
            account: access("ben").account,
            email,
            phone,
        };
        conflict(world, yes_with_mail(3).changed(changed)).await;
        let now = (kept(world, &[]).await, account(world, "ben").await);
        assert_eq!(now, before);
    }
}

/// Nobody's address is nobody's: accounts without one do not clash, and one that was given up can be taken, also within one decision.
pub async fn logins_given_up_can_be_taken(world: &dyn World) {
    for (number, who) in (1..).zip(["ana", "ben", "cleo"]) {
        let opened = opened(&access(who).with_email(None));
        apply(world, yes(number).changed(opened)).await;
    }
    let logins = |who: &str, email: Option<&str>| AccountChange::LoginsChanged {
        account: access(who).account,
        email: email.map(crate::facts::email),
        phone: Some(phone("+18135550100")).filter(|_| email.is_some()),
    };
    let address = Some("shared@acme.example");
    change(world, 4, logins("ana", address)).await;
    change(world, 5, logins("ana", address)).await;
    conflict(world, yes(6).changed(logins("ben", address))).await;
    let passed_on = yes(6).changed(logins("ana", None));
    apply(world, passed_on.changed(logins("ben", address))).await;
    let by = AccountKey::Email(email("shared@acme.example"));
    let found = world.accounts().account(&by).await.unwrap().unwrap();
    assert_eq!(found.value.contact, Id::new("ben"));
    assert_eq!(account(world, "ana").await.value.phone, None);
}

/// "An invited account is active from now on; a temporary password is gone." The next password leaves it active.
pub async fn a_password_activates_an_invited_account_and_ends_the_temporary_one(world: &dyn World) {
    let ana = access("ana");
    let until = today() + days(2);
    let sent = AccountChange::TemporaryPasswordSet {
        account: ana.account.clone(),
        password: password("sent"),
        until,
    };
    apply(world, yes(1).changed(opened(&ana)).changed(sent)).await;
    let found = account(world, "ana").await.value;
    let temporary = found.temporary.unwrap();
    assert_eq!(found.state, AccountState::Invited);
    assert!(temporary.hash == password("sent") && temporary.until == until);

    for (number, chosen) in [(2, "first"), (3, "second")] {
        set_password(world, number, chosen).await;
        let found = account(world, "ana").await.value;
        assert_eq!(found.state, AccountState::Active);
        assert!(found.password == Some(password(chosen)) && found.temporary.is_none());
    }
}

/// "Closed by staff" stays closed, whatever password is chosen; staff open it again.
pub async fn a_password_does_not_open_a_closed_account(world: &dyn World) {
    open(world, 1, "ana").await;
    let state = |state| AccountChange::StateChanged {
        account: access("ana").account,
        state,
    };
    change(world, 2, state(AccountState::Disabled)).await;
    set_password(world, 3, "another").await;
    let found = account(world, "ana").await.value;
    assert_eq!(found.state, AccountState::Disabled);
    change(world, 4, state(AccountState::Active)).await;
    let found = account(world, "ana").await.value;
    assert_eq!(found.state, AccountState::Active);
}

/// A temporary password takes the place of the one before, and "was used, and is gone"; the lasting one stays.
pub async fn a_temporary_password_is_good_once(world: &dyn World) {
    open(world, 1, "ana").await;
    let account_of_ana = access("ana").account;
    for (number, sent) in [(2, "one"), (3, "two")] {
        let sent = AccountChange::TemporaryPasswordSet {
            account: account_of_ana.clone(),
            password: password(sent),
            until: today() + hours(1),
        };
        change(world, number, sent).await;
    }
    let temporary = account(world, "ana").await.value.temporary.unwrap();
    assert!(temporary.hash == password("two"));
    let used = AccountChange::TemporaryPasswordUsed {
        account: account_of_ana,
    };
    change(world, 4, used).await;
    let found = account(world, "ana").await.value;
    assert!(found.temporary.is_none() && found.password == access("ana").password);
}

/// "Waits for its first code"; "a code was taken: the second factor is confirmed"; "no second factor any more".
pub async fn a_second_factor_is_confirmed_by_a_code(world: &dyn World) {
    open(world, 1, "ana").await;
    let account_of_ana = access("ana").account;
    let set = |sealed: &str| AccountChange::SecondFactorSet {
        account: account_of_ana.clone(),
        sealed: SealedSecret::new(sealed),
    };
    let used = |step| AccountChange::SecondFactorUsed {
        account: account_of_ana.clone(),
        step,
    };
    let factor = async || account(world, "ana").await.value.second_factor;

    change(world, 2, set("sealed")).await;
    let found = factor().await.unwrap();
    assert!(found.sealed == SealedSecret::new("sealed") && !found.confirmed);
    let late = 60_000_000_000;
    change(world, 3, used(late)).await;
    let found = factor().await.unwrap();
    assert!(found.confirmed && found.last_step == late);
    // A recovery code was used: what is left of them is another secret, and what was confirmed stays so.
    let both = yes(6).changed(set("fewer codes")).changed(used(7));
    apply(world, both).await;
    let found = factor().await.unwrap();
    assert!(found.sealed == SealedSecret::new("fewer codes") && found.confirmed);
    assert_eq!(found.last_step, 7);
    change(world, 4, set("sealed anew")).await;
    let found = factor().await.unwrap();
    assert!(found.sealed == SealedSecret::new("sealed anew") && !found.confirmed);
    let removed = AccountChange::SecondFactorRemoved {
        account: account_of_ana.clone(),
    };
    change(world, 5, removed).await;
    assert_eq!(factor().await, None);
}

/// "They want to be addressed in another language."
pub async fn a_language_is_remembered(world: &dyn World) {
    open(world, 1, "ana").await;
    assert_eq!(account(world, "ana").await.value.language, None);
    for (number, language) in [(2, Language::Es), (3, Language::En)] {
        let account_of_ana = access("ana").account;
        let chosen = AccountChange::LanguageChosen {
            account: account_of_ana,
            language,
        };
        change(world, number, chosen).await;
        let found = account(world, "ana").await.value.language;
        assert_eq!(found, Some(language));
    }
}

/// "Every change of an account makes it another version of its record", so that who decided before is told; one session that ends does not.
pub async fn every_change_of_an_account_is_another_version(world: &dyn World) {
    open(world, 1, "ana").await;
    open(world, 2, "ben").await;
    sign_in(world, login("laptop")).await;
    let of = || access("ana").account;
    let changes = [
        AccountChange::PasswordSet {
            account: of(),
            password: password("another"),
            device: None,
        },
        AccountChange::TemporaryPasswordSet {
            account: of(),
            password: password("sent"),
            until: today(),
        },
        AccountChange::TemporaryPasswordUsed { account: of() },
        AccountChange::LoginsChanged {
            account: of(),
            email: None,
            phone: None,
        },
        AccountChange::StateChanged {
            account: of(),
            state: AccountState::Active,
        },
        AccountChange::LanguageChosen {
            account: of(),
            language: Language::Es,
        },
        AccountChange::SecondFactorSet {
            account: of(),
            sealed: SealedSecret::new("sealed"),
        },
        AccountChange::SecondFactorUsed {
            account: of(),
            step: 7,
        },
        AccountChange::SecondFactorRemoved { account: of() },
        AccountChange::PassesRevoked { account: of() },
        AccountChange::SessionsEnded {
            account: of(),
            but: Some(Id::new("laptop")),
        },
        AccountChange::DevicesForgotten { account: of() },
    ];
    let ben = account(world, "ben").await;
    for (number, changed) in (10..).step_by(10).zip(changes) {
        let before = account(world, "ana").await;
        let what = format!("{changed:?}");
        change(world, number, changed).await;
        let lost = conflict(world, yes(number + 1).given(&before)).await;
        let (record, version) = before.seen[0].clone();
        assert_eq!(lost, Expectation::Unchanged(record, version), "{what}");
        let now = account(world, "ana").await;
        apply(world, yes(number + 2).given(&now)).await;
    }
    let before = account(world, "ana").await;
    let ended = AccountChange::SessionEnded {
        account: of(),
        session: Id::new("laptop"),
    };
    change(world, 500, ended).await;
    apply(world, yes(501).given(&before).given(&ben)).await;
}

/// "A record that is not there has the version `0`."
pub async fn an_account_that_is_not_there_has_the_version_zero(world: &dyn World) {
    let (account, request) = (access("ana").account, Id::new("r1"));
    let nobody = [
        RecordRef::Account(account.clone()),
        RecordRef::AccountRequest(request),
    ];
    let zero = Version::number(0);
    let expected = nobody.map(|record| Expectation::Unchanged(record, zero.clone()));
    let [no_account, no_request] = &expected;
    let decision = yes(1).expecting(no_account.clone());
    apply(world, decision.expecting(no_request.clone())).await;
    open(world, 2, "ana").await;
    let lost = conflict(world, yes(3).expecting(no_account.clone())).await;
    assert_eq!(lost, *no_account);
    let other = Expectation::Unchanged(
        RecordRef::Account(Id::new("nobody's")),
        Version::new("another"),
    );
    assert_eq!(
        conflict(world, yes(3).expecting(other.clone())).await,
        other
    );
}

/// "All of it, or none": a change of an account that is not there undoes the others.
pub async fn a_change_of_nobodys_account_undoes_the_whole_decision(world: &dyn World) {
    open(world, 1, "ana").await;
    sign_in(world, login("laptop")).await;
    let before = kept(world, &[]).await;
    let nobodys = AccountChange::PasswordSet {
        account: Id::new("nobody's"),
        password: password("new"),
        device: None,
    };
    let decision = yes_with_mail(2)
        .changed(AccountChange::SessionsEnded {
            account: access("ana").account,
            but: None,
        })
        .changed(AccountChange::PasswordSet {
            account: access("ana").account,
            password: password("new"),
            device: None,
        })
        .changed(nobodys);
    let ended = world.store().commit(decision).await;
    assert!(ended.is_err(), "{ended:?}");
    assert_eq!(kept(world, &[]).await, before);
}

/// Eight at once open an account for the same contact, each with a form of their own: one does.
pub async fn of_eight_who_open_an_account_for_one_contact_one_does(world: &dyn World) {
    let openers: Vec<_> = (0..8)
        .map(|n| {
            let store = world.store();
            let mut access = access("ana");
            access.account = Id::new(format!("account-{n}"));
            let decision = yes(n + 1).changed(opened(&access));
            tokio::spawn(async move { store.commit(decision).await })
        })
        .collect();
    let mut applied = 0;
    for opener in openers {
        match opener.await.unwrap() {
            Ok(_) => applied += 1,
            Err(portal_core::StoreError::Conflict(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(applied, 1);
    conflict(world, opening(20, "ana")).await;
}

async fn set_password(world: &dyn World, number: u128, chosen: &str) {
    let set = AccountChange::PasswordSet {
        account: access("ana").account,
        password: password(chosen),
        device: None,
    };
    change(world, number, set).await;
}
