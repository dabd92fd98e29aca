//! Cards and bank accounts that are kept: [`PaymentVault`](portal_core::payment::PaymentVault).
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{BeginSetup, Begun, MethodKind, MethodRef, NextStep, PayerRef},
};

use super::{
    Act, Ended, Skip, Trial,
    trial::{Holder, profile},
};

/// One contact is one customer there, however often somebody asks; two are two. ([`PaymentVault::payer`](portal_core::payment::PaymentVault::payer))
pub async fn one_contact_is_one_payer(trial: &Trial) -> Ended {
    let vault = trial.vault()?;
    let ana = vault.payer(&profile("ana")).await.unwrap();
    let again = vault.payer(&profile("ana")).await.unwrap();
    assert_eq!(ana, again, "asked again");
    let restarted = trial.restarted().vault().unwrap();
    let again = restarted.payer(&profile("ana")).await.unwrap();
    assert_eq!(ana, again, "asked after a restart");
    let ben = vault.payer(&profile("ben")).await.unwrap();
    assert_ne!(ana, ben);
    Ok(())
}

/// What is stored is listed, to its owner alone, and never with its number. ([`PaymentVault::methods`](portal_core::payment::PaymentVault::methods))
pub async fn what_is_stored_is_listed_to_its_owner(trial: &Trial) -> Ended {
    let ana = trial.holder("ana").await?;
    let ben = trial.holder("ben").await?;
    let keeps = trial.vault()?.keeps();
    for (holder, other) in [(&ana, &ben), (&ben, &ana)] {
        let methods = trial.methods(&holder.payer).await;
        assert!(methods.iter().any(|m| m.method == holder.card), "listed");
        assert!(methods.iter().all(|m| m.method != other.card), "another's");
        for method in methods {
            assert!(keeps.contains(&method.kind), "{method:?} is not kept here");
            assert!(method.last4.chars().count() <= 4, "{method:?}");
        }
    }
    Ok(())
}

/// A customer nobody knows has nothing, or is not found.
pub async fn somebody_unknown_has_nothing(trial: &Trial) -> Ended {
    let vault = trial.vault()?;
    let ana = vault.payer(&profile("ana")).await.unwrap();
    let nobody = PayerRef::new(format!("{ana}909"));
    match vault.methods(&nobody).await {
        Ok(methods) => assert_eq!(methods, []),
        Err(no) => not_found(&no, "of nobody"),
    }
    Ok(())
}

/// Another's card is not there: it is not removed, and nobody learns that it exists. ([`PaymentVault::remove`](portal_core::payment::PaymentVault::remove))
pub async fn nobody_removes_anothers(trial: &Trial) -> Ended {
    let (ana, ben) = (trial.holder("ana").await?, trial.holder("ben").await?);
    let vault = trial.vault()?;
    for stranger in [&ben.card, &unknown(&ana)] {
        let no = vault.remove(&ana.payer, stranger).await;
        not_found(&no.expect_err("another's was removed"), "remove");
    }
    has(trial, &ben).await;
    has(trial, &ana).await;
    Ok(())
}

/// Another's card is not there: it does not become the default. ([`PaymentVault::make_default`](portal_core::payment::PaymentVault::make_default))
pub async fn nobody_makes_anothers_the_default(trial: &Trial) -> Ended {
    let (ana, ben) = (trial.holder("ana").await?, trial.holder("ben").await?);
    let vault = trial.vault()?;
    let before = (
        trial.methods(&ana.payer).await,
        trial.methods(&ben.payer).await,
    );
    for stranger in [&ben.card, &unknown(&ana)] {
        let no = vault.make_default(&ana.payer, stranger).await;
        not_found(&no.expect_err("another's was made the default"), "default");
    }
    let after = (
        trial.methods(&ana.payer).await,
        trial.methods(&ben.payer).await,
    );
    assert_eq!(after, before, "nothing changed for anybody");
    Ok(())
}

/// What its owner removes is gone, and can be charged no more.
pub async fn what_is_removed_is_gone(trial: &Trial) -> Ended {
    let vault = trial.vault()?;
    if !vault.removes().contains(&MethodKind::Card) {
        return Err(Skip::NotOffered("removing cards"));
    }
    let ana = trial.holder("ana").await?;
    let other = trial.card_of(&ana.payer).await?;
    vault.remove(&ana.payer, &ana.card).await.unwrap();
    let left = trial.methods(&ana.payer).await;
    assert!(
        left.iter().all(|m| m.method != ana.card),
        "it is still there"
    );
    assert!(
        left.iter().any(|m| m.method == other.method),
        "both are gone"
    );
    let no = vault.remove(&ana.payer, &ana.card).await;
    not_found(&no.expect_err("removed twice"), "remove again");
    if let Some(charges) = vault.charges() {
        let charge = trial.charge(&ana);
        let no = charges.charge(&charge).await;
        assert!(no.is_err(), "what is gone was charged: {no:?}");
        trial.has_taken_nothing(charge.attempt).await;
    }
    Ok(())
}

/// One is the default, the one that was made so. ([`StoredMethod::is_default`](portal_core::payment::StoredMethod))
pub async fn one_is_the_default(trial: &Trial) -> Ended {
    let ana = trial.holder("ana").await?;
    let other = trial.card_of(&ana.payer).await?.method;
    let vault = trial.vault()?;
    for card in [&other, &ana.card, &ana.card, &other] {
        vault.make_default(&ana.payer, card).await.unwrap();
        let methods = trial.methods(&ana.payer).await;
        let default = methods.iter().filter(|m| m.is_default);
        let default: Vec<&MethodRef> = default.map(|m| &m.method).collect();
        assert_eq!(default, [card], "the one that was made so, alone");
    }
    Ok(())
}

/// What somebody stores on the provider's page is listed afterwards. ([`MethodSetup`](portal_core::payment::MethodSetup))
pub async fn what_is_stored_on_a_page_is_listed(trial: &Trial) -> Ended {
    let (begun, payer) = stored_on_page(trial).await?;
    let fits = matches!(
        begun.next,
        NextStep::Redirect { .. }
            | NextStep::PostForm { .. }
            | NextStep::Embedded { .. }
            | NextStep::PayerContacted
    );
    assert!(fits, "{:?}", begun.next);
    trial.play(Act::Store(&begun), "storing on a page").await?;
    let methods = trial.methods(&payer).await;
    assert_eq!(methods.len(), 1, "{methods:?}");
    assert_eq!(methods[0].kind, MethodKind::Card);
    Ok(())
}

async fn stored_on_page(trial: &Trial) -> Result<(Begun, PayerRef), Skip> {
    let vault = trial.vault()?;
    let setup = vault.setup().ok_or(Skip::NotOffered("storing on a page"))?;
    if !setup.stores().contains(&MethodKind::Card) {
        return Err(Skip::NotOffered("storing cards on a page"));
    }
    let payer = vault.payer(&profile("ana")).await.unwrap();
    let asked = trial.asked();
    let ask = BeginSetup::new(
        asked.attempt,
        payer.clone(),
        MethodKind::Card,
        trial.currency(),
        "https://portal.example/cards/new",
        "https://portal.example/cards",
    );
    let begun = setup.begin(&ask).await.unwrap();
    Ok((begun, payer))
}

async fn has(trial: &Trial, holder: &Holder) {
    let methods = trial.methods(&holder.payer).await;
    let there = methods.iter().any(|m| m.method == holder.card);
    assert!(there, "the owner's is gone");
}

pub(super) fn unknown(holder: &Holder) -> MethodRef {
    MethodRef::new(format!("{}909", holder.card))
}

/// There is none, or it is not theirs: the same answer, and nothing was done.
pub(super) fn not_found(no: &AdapterError, what: &str) {
    assert_eq!(no.kind(), AdapterErrorKind::NotFound, "{what}: {no}");
    assert_ne!(no.disposition(), Disposition::Unknown, "{what}: {no}");
}
