//! What an adapter says of itself.
use portal_core::{
    Clock as _,
    adapter::AdapterError,
    payment::{
        Fetching, Finding, Lookup, PayStyle, PaymentRef, RawWebhook, Repeats, WebhookError,
        Webhooks,
    },
};

use super::{
    Ended, Fault, Skip, Trial,
    trial::{part, profile},
};

/// The name is what rows and logs call it: short, lower case, and the same after a restart. ([`PaymentProvider::name`](portal_core::payment::PaymentProvider::name))
pub async fn its_name_is_short_and_stays(trial: &Trial) -> Ended {
    let name = trial.adapter().name();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    assert!((1..=32).contains(&name.len()), "{name:?}: 1 to 32 letters");
    assert!(name.chars().all(plain), "{name:?}: a to z, 0 to 9, - and _");
    assert_eq!(trial.restarted().name(), name);
    Ok(())
}

/// The account, and whether its money is real, is part of every key: it stays. ([`PaymentProvider::merchant`](portal_core::payment::PaymentProvider::merchant))
pub async fn its_merchant_stays(trial: &Trial) -> Ended {
    let merchant = trial.adapter().merchant();
    assert!(!merchant.account.is_empty(), "the account has a name");
    assert!(!merchant.live, "nobody tries things with real money");
    assert_eq!(trial.restarted().merchant(), merchant);
    if let Ok(paid) = trial.paid().await {
        assert_eq!(&paid.seen.merchant, merchant, "payments are at its account");
    }
    Ok(())
}

/// Traits are data that rules read: they agree with what is there, and stay. ([`ProviderTraits`](portal_core::payment::ProviderTraits))
pub async fn its_traits_agree_with_what_it_offers(trial: &Trial) -> Ended {
    let (adapter, traits) = (trial.adapter(), trial.traits());
    assert_eq!(trial.restarted().traits(), traits, "they stay");
    let online = traits.pay != PayStyle::Instructions;
    assert_eq!(traits.limits.online, online, "told how to pay is offline");
    let tells = traits.fetching == Fetching::Payment || traits.webhooks == Webhooks::SignedSnapshot;
    assert!(
        tells || !online,
        "who takes payments on a page can be asked for amounts, or says them signed"
    );
    if let Repeats::For(window) = traits.repeats {
        assert!(!window.is_zero(), "for no time is never");
    }
    if let Finding::Eventually(lag) = traits.finding {
        assert!(!lag.is_zero(), "after no time is at once");
    }
    if let Some(known) = &traits.limits.currencies {
        assert!(!known.is_empty(), "it takes some currency");
    }
    let Some(vault) = adapter.vault() else {
        return Ok(());
    };
    let keeps = vault.keeps();
    assert!(!keeps.is_empty(), "a vault keeps something");
    for kind in vault.removes() {
        assert!(keeps.contains(&kind), "removes {kind:?}, and keeps none");
    }
    if let Some(charges) = vault.charges() {
        assert!(!charges.takes().is_empty(), "charges take something");
        for kind in charges.takes() {
            assert!(keeps.contains(&kind), "charges {kind:?}, and keeps none");
        }
    }
    if let Some(setup) = vault.setup() {
        assert!(!setup.stores().is_empty(), "a set-up stores something");
        for kind in setup.stores() {
            assert!(keeps.contains(&kind), "stores {kind:?}, and keeps none");
        }
    }
    Ok(())
}

/// Where there are no webhooks, none is taken; where there are, somebody can tell whose they are. ([`Webhooks`])
pub async fn it_takes_webhooks_exactly_where_it_says_so(trial: &Trial) -> Ended {
    let raw = RawWebhook::new(vec![], b"{}".to_vec(), trial.clock().now());
    let answer = trial.adapter().receive(&raw).await;
    let none = matches!(answer, Err(WebhookError::NotConfigured));
    match trial.traits().webhooks {
        Webhooks::None => assert!(none, "there are none: NotConfigured, not {answer:?}"),
        _ => {
            assert!(!none, "there are some, and no secret to check them with");
        }
    }
    Ok(())
}

/// Secrets stay out of every Debug.
pub async fn nothing_it_is_made_of_shows_a_secret(trial: &Trial) -> Ended {
    let adapter = trial.adapter();
    let mut shown = vec![format!("{adapter:?} {adapter:#?}")];
    let parts = (adapter.sessions(), adapter.refunds());
    shown.push(format!("{parts:?}"));
    if let Some(vault) = adapter.vault() {
        shown.push(format!(
            "{vault:?} {:?} {:?}",
            vault.setup(),
            vault.charges()
        ));
    }
    let (_, begun) = trial.open().await;
    shown.push(format!("{begun:?}"));
    shows_no_secret(trial, &shown)
}

/// Secrets stay out of every error, whatever went wrong; names and addresses stay out of its text. ([`AdapterError`])
pub async fn no_error_shows_a_secret(trial: &Trial) -> Ended {
    let mut shown = vec![];
    for fault in Fault::ALL {
        if !trial.fail_next(fault).await {
            continue;
        }
        if let Err(no) = trial.adapter().begin(&trial.asked()).await {
            shown.push(told(&no));
        }
        trial.proxy().heal();
        trial.fail_next(fault).await;
        let what = Lookup::Payment(PaymentRef::new("pi_1"));
        if let Err(no) = trial.adapter().look_up(&what).await {
            shown.push(told(&no));
        }
        trial.proxy().heal();
        let Some(vault) = trial.adapter().vault() else {
            continue;
        };
        trial.fail_next(fault).await;
        if let Err(no) = vault.payer(&profile("zacharias")).await {
            assert!(!no.to_string().contains("uillfeather"), "{no}: names one");
            shown.push(told(&no));
        }
        trial.proxy().heal();
    }
    if let (Ok(refunds), Ok(paid)) = (trial.refunds(), trial.paid().await) {
        let more = paid.asked.amount.plus(part(paid.asked.amount)).unwrap();
        let back = trial.back(&paid, more, false);
        if let Err(no) = refunds.refund(&back).await {
            shown.push(told(&no));
        }
    }
    shows_no_secret(trial, &shown)
}

fn told(error: &AdapterError) -> String {
    let mut all = vec![format!("{error} {error:?}")];
    let mut source = std::error::Error::source(error);
    while let Some(deeper) = source {
        all.push(format!("{deeper} {deeper:?}"));
        source = deeper.source();
    }
    all.join(" ")
}

fn shows_no_secret(trial: &Trial, shown: &[String]) -> Ended {
    let secrets = trial.candidate().secrets();
    if secrets.is_empty() {
        return Err(Skip::NotOffered("anything secret"));
    }
    for secret in secrets {
        assert!(!secret.is_empty(), "an empty secret keeps nobody out");
        let found = shown.iter().any(|text| text.contains(&secret));
        assert!(!found, "a secret is shown");
    }
    Ok(())
}
