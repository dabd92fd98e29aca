use portal_core::payment::{
    Fetching, Finding, MethodKind, PayStyle, PaymentProvider, RefundKind, Repeats, Webhooks,
};

use super::{Candidate, Certificate, Ended, Trial, run};
use crate::promises::{time, yes};

/// Tries every promise, each on a new candidate. What breaks one is printed as a test would print it.
pub fn certify<C: Candidate>(candidate: impl AsyncFn() -> C) -> Certificate {
    let mut said = None;
    let ask = async |trial: &Trial| -> Ended {
        let adapter = trial.adapter();
        said = Some((adapter.name().to_owned(), abilities(adapter)));
        Ok(())
    };
    let _ = run(&candidate, ask);
    let (adapter, can) = said.expect("an adapter has a name");
    Certificate {
        adapter,
        can,
        promises: crate::__payment_promises! { __payment_outcomes { &candidate } },
    }
}

fn abilities(adapter: &dyn PaymentProvider) -> Vec<(&'static str, String)> {
    let traits = adapter.traits();
    let (vault, refunds) = (adapter.vault(), adapter.refunds());
    let limits = &traits.limits;
    let currencies = limits.currencies.as_ref().map_or_else(
        || "any".to_owned(),
        |known| {
            known
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        },
    );
    let amounts = match (limits.at_least, limits.at_most) {
        (None, None) => "any".to_owned(),
        (Some(least), None) => format!("from {least}"),
        (None, Some(most)) => format!("up to {most}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
    };
    let kinds = |kinds: Vec<MethodKind>| kinds.into_iter().map(kind).collect::<Vec<_>>().join(", ");
    let or_none = |said: Option<String>| {
        said.filter(|said| !said.is_empty())
            .unwrap_or_else(|| "–".to_owned())
    };
    vec![
        ("the payer pays", style(traits.pay).to_owned()),
        ("currencies", currencies),
        ("amounts", amounts),
        (
            "wants the payer's address on the network",
            yes(traits.wants_payer_ip),
        ),
        (
            "asked for a payment, it tells",
            fetching(traits.fetching).to_owned(),
        ),
        ("finds an attempt", finding(traits.finding)),
        ("webhooks", webhooks(traits.webhooks).to_owned()),
        ("repeats a call's answer for", repeats(traits.repeats)),
        (
            "a page is open for",
            or_none(traits.session_lifetime.map(time)),
        ),
        ("closes a page early", yes(adapter.sessions().is_some())),
        (
            "pays back",
            or_none(refunds.map(|r| back(r.kind()).to_owned())),
        ),
        ("keeps", or_none(vault.as_ref().map(|v| kinds(v.keeps())))),
        (
            "customers remove",
            or_none(vault.as_ref().map(|v| kinds(v.removes()))),
        ),
        (
            "stores on a page",
            or_none(
                vault
                    .as_ref()
                    .and_then(|v| v.setup())
                    .map(|s| kinds(s.stores())),
            ),
        ),
        (
            "charges without a page",
            or_none(vault.and_then(|v| v.charges()).map(|c| kinds(c.takes()))),
        ),
    ]
}

fn style(style: PayStyle) -> &'static str {
    match style {
        PayStyle::Redirect => "on the provider's page",
        PayStyle::PostForm => "on the provider's page, by a form",
        PayStyle::Embedded => "in a frame",
        PayStyle::Instructions => "elsewhere, as told",
        _ => "in a way of its own",
    }
}

fn fetching(fetching: Fetching) -> &'static str {
    match fetching {
        Fetching::Payment => "its amounts",
        Fetching::SessionOnly => "how its page stands",
        _ => "–",
    }
}

fn finding(finding: Finding) -> String {
    match finding {
        Finding::AtOnce => "at once".to_owned(),
        Finding::Eventually(lag) => format!("after {}", time(lag)),
        _ => "–".to_owned(),
    }
}

fn webhooks(webhooks: Webhooks) -> &'static str {
    match webhooks {
        Webhooks::UnsignedPing => "unsigned, a reason to look",
        Webhooks::SignedPing => "signed, a reason to look",
        Webhooks::SignedSnapshot => "signed, with what happened",
        _ => "–",
    }
}

fn repeats(repeats: Repeats) -> String {
    match repeats {
        Repeats::For(window) => time(window),
        Repeats::Unsaid => "a time it does not say".to_owned(),
        _ => "–".to_owned(),
    }
}

fn back(kind: RefundKind) -> &'static str {
    match kind {
        RefundKind::FullOnly => "all or nothing",
        RefundKind::Partial => "a part, once",
        RefundKind::PartialRepeated => "parts, until all is back",
        _ => "in a way of its own",
    }
}

fn kind(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Card => "cards",
        MethodKind::UsBank => "US bank accounts",
        MethodKind::CaBank => "Canadian bank accounts",
        MethodKind::SepaDebit => "euro bank accounts",
        _ => "other things",
    }
}
