use std::{fmt::Write as _, panic, time::Duration};

use portal_core::payment::{
    Fetching, Finding, MethodKind, PayStyle, PaymentProvider, RefundKind, Repeats, Webhooks,
};

use super::{Candidate, Ended, Skip, Trial, run};

/// What one adapter can do, and which promises it kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// The adapter's name.
    pub adapter: String,
    /// What it says of itself, in words.
    pub can: Vec<(&'static str, String)>,
    /// Every promise, in the order of the kit.
    pub promises: Vec<Promise>,
}

/// One promise, and how it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Promise {
    /// Its group, such as `webhooks`.
    pub group: &'static str,
    /// Its name, as the test's.
    pub name: &'static str,
    /// How it ended; none where it was broken.
    pub ended: Option<Ended>,
}

impl Certificate {
    /// No promise was broken.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.promises.iter().all(|promise| promise.ended.is_some())
    }
}

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

/// Runs one case, and goes on where it stops.
#[doc(hidden)]
pub fn outcome<C: Candidate>(
    candidate: impl AsyncFn() -> C,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) -> Option<Ended> {
    panic::catch_unwind(panic::AssertUnwindSafe(|| run(candidate, case))).ok()
}

/// What adapters can do and which promises they kept, as Markdown: a page to publish.
#[must_use]
pub fn report(certificates: &[Certificate]) -> String {
    let mut page = String::new();
    let names: Vec<&str> = certificates.iter().map(|c| c.adapter.as_str()).collect();
    head(&mut page, "What each can do", "", &names);
    for (n, (what, _)) in certificates
        .first()
        .map_or(&[][..], |c| &c.can)
        .iter()
        .enumerate()
    {
        let cells = certificates.iter().map(|c| c.can[n].1.as_str());
        row(&mut page, what, cells);
    }
    head(&mut page, "How many promises each kept", "", &names);
    for (what, counts) in COUNTED {
        let count = |c: &Certificate| c.promises.iter().filter(|p| counts(p)).count();
        let cells: Vec<String> = certificates.iter().map(|c| count(c).to_string()).collect();
        row(&mut page, what, cells.iter().map(String::as_str));
    }
    let promises = certificates.first().map_or(&[][..], |c| &c.promises);
    let mut group = "";
    for (n, promise) in promises.iter().enumerate() {
        if promise.group != group {
            group = promise.group;
            head(&mut page, &format!("`{group}`"), "promise", &names);
        }
        let cells = certificates.iter().map(|c| c.promises[n].word());
        row(&mut page, &promise.name.replace('_', " "), cells);
    }
    let why: String = certificates.iter().flat_map(unplayed).collect();
    if !why.is_empty() {
        page += "\n## What nobody could play\n\n";
        page += &why;
    }
    page.trim_start().to_owned()
}

type Counts = fn(&Promise) -> bool;

const COUNTED: [(&str, Counts); 4] = [
    ("kept", |p| p.ended == Some(Ok(()))),
    ("not offered", |p| {
        matches!(p.ended, Some(Err(Skip::NotOffered(_))))
    }),
    ("not played", |p| {
        matches!(p.ended, Some(Err(Skip::NotPlayed(_))))
    }),
    ("broken", |p| p.ended.is_none()),
];

impl Promise {
    #[doc(hidden)]
    #[must_use]
    pub fn new(group: &'static str, name: &'static str, ended: Option<Ended>) -> Self {
        Self { group, name, ended }
    }

    fn word(&self) -> &'static str {
        match self.ended {
            Some(Ok(())) => "kept",
            Some(Err(Skip::NotOffered(_))) => "–",
            Some(Err(Skip::NotPlayed(_))) => "not played",
            None => "**broken**",
        }
    }
}

fn unplayed(of: &Certificate) -> impl Iterator<Item = String> {
    of.promises.iter().filter_map(|promise| {
        let Some(Err(Skip::NotPlayed(what))) = promise.ended else {
            return None;
        };
        let name = promise.name.replace('_', " ");
        Some(format!("* {}, {what}: {name}\n", of.adapter))
    })
}

fn head(page: &mut String, title: &str, first: &str, names: &[&str]) {
    let lines = names.iter().map(|_| "---|").collect::<String>();
    let names = names.join(" | ");
    let _ = write!(
        page,
        "\n## {title}\n\n| {first} | {names} |\n|---|{lines}\n"
    );
}

fn row<'a>(page: &mut String, first: &str, cells: impl Iterator<Item = &'a str>) {
    let cells: Vec<&str> = cells.collect();
    let _ = writeln!(page, "| {first} | {} |", cells.join(" | "));
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
    let yes = |there: bool| if there { "yes" } else { "–" }.to_owned();
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

fn time(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    match minutes {
        0 => format!("{} s", time.as_secs()),
        1..=119 => format!("{minutes} min"),
        120..=2879 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / (60 * 24)),
    }
}
