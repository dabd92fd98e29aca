//! Xero's words for what is wrong, as refusals with a remedy. Xero gives validation errors no codes.
use chrono::NaiveDate;
use portal_core::{
    Currency,
    accounting::{DocumentState, LedgerRefusal},
};

/// What the request was about, as far as a refusal needs it.
#[derive(Default)]
pub(super) struct About<'a> {
    pub(super) currency: Option<Currency>,
    /// What must not be repeated: names, addresses, descriptions.
    pub(super) private: Vec<&'a str>,
}

/// The first reason that has a remedy of its own; else all of them, in Xero's words.
pub(super) fn refusal(said: &[String], about: &About<'_>) -> LedgerRefusal {
    let known = said.iter().find_map(|message| known(message, about));
    known.unwrap_or_else(|| LedgerRefusal::Invalid {
        messages: said.iter().map(|message| masked(message, about)).collect(),
    })
}

/// It says that somebody else has our key for this customer.
pub(super) fn says_key_taken(said: &[String]) -> bool {
    let taken = |message: &String| {
        let message = message.to_ascii_lowercase();
        message.contains("contact number")
            && ["already assigned", "another contact has this"]
                .iter()
                .any(|words| message.contains(words))
    };
    said.iter().any(taken)
}

fn known(message: &str, about: &About<'_>) -> Option<LedgerRefusal> {
    let text = message.to_ascii_lowercase();
    let all = |words: &[&str]| words.iter().all(|word| text.contains(word));
    if all(&["invoice #", "unique"]) || all(&["invoice number", "unique"]) {
        return Some(LedgerRefusal::NumberTaken);
    }
    if all(&["lock date"]) || all(&["locked period"]) {
        let until = day_in(message);
        return Some(LedgerRefusal::PeriodLocked { until });
    }
    if all(&["contact", "merged"]) {
        return Some(LedgerRefusal::CustomerMerged);
    }
    if all(&["contact", "archived"]) && !all(&["account code"]) {
        return Some(LedgerRefusal::CustomerArchived);
    }
    if all(&["contact name"]) || all(&["unique name"]) {
        return Some(LedgerRefusal::CustomerName);
    }
    if all(&["currency"])
        && let Some(currency) = about.currency
    {
        return Some(LedgerRefusal::Currency { currency });
    }
    let of_codes = [
        "account code",
        "taxtype code",
        "tax type",
        "item code",
        "account type",
    ];
    if of_codes.iter().any(|word| text.contains(word))
        && let Some(code) = quoted(message)
    {
        let code = code.to_owned();
        return Some(LedgerRefusal::UnknownCode { code });
    }
    if all(&["exceeds the amount outstanding"]) {
        return Some(LedgerRefusal::MoreThanDue);
    }
    if all(&["payment or credit note allocated"]) {
        return Some(LedgerRefusal::HasPayments);
    }
    if all(&["only be made against authorised"]) || all(&["not of valid status"]) {
        let state = DocumentState::Strange;
        return Some(LedgerRefusal::NotOpen { state });
    }
    if all(&["could not be found"]) || all(&["was not found"]) {
        return Some(LedgerRefusal::NotFound);
    }
    None
}

/// What stands in quotes, where it can be a code.
fn quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(['\'', '"', '‘', '“'])?;
    let (code, _) = rest.split_once(['\'', '"', '’', '”'])?;
    is_code(code).then_some(code)
}

fn is_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.&/ ".contains(c);
    text.chars().all(fits) && text.len() <= 30
}

/// `31 March 2026`, wherever it stands.
fn day_in(message: &str) -> Option<NaiveDate> {
    let words: Vec<&str> = message
        .split([' ', ',', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(3).find_map(|three| {
        let text = three.join(" ");
        NaiveDate::parse_from_str(&text, "%d %B %Y").ok()
    })
}

/// Without anybody's name: what we sent, what stands in quotes and is no code, and what has an address in it.
fn masked(message: &str, about: &About<'_>) -> String {
    let mut text = message.to_owned();
    for private in about.private.iter().filter(|private| private.len() > 1) {
        text = text.replace(private, "…");
    }
    let words = text
        .split(' ')
        .map(|word| if word.contains('@') { "…" } else { word });
    let text: String = words.collect::<Vec<_>>().join(" ");
    let mut parts = text.split('\'');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (n, part) in parts.enumerate() {
        out.push('\'');
        // Every other part stands between quotes; an apostrophe makes us hide more, not less.
        out.push_str(if n % 2 == 1 || is_code(part) && !part.contains(' ') {
            part
        } else {
            "…"
        });
    }
    out.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str) -> LedgerRefusal {
        let about = About {
            currency: Some("EUR".parse().unwrap()),
            private: vec!["Ana Díaz", "ana@example.com"],
        };
        refusal(&[message.to_owned()], &about)
    }

    #[test]
    fn what_xero_says_has_a_remedy() {
        use LedgerRefusal as R;
        let code = |code: &str| R::UnknownCode {
            code: code.to_owned(),
        };
        let locked = |day: Option<&str>| R::PeriodLocked {
            until: day.map(|day| day.parse().unwrap()),
        };
        for (message, wanted) in [
            ("Invoice # must be unique.", R::NumberTaken),
            (
                "The document date cannot be before the period lock date, which is currently set to 31 March 2026",
                locked(Some("2026-03-31")),
            ),
            (
                "The document date cannot be before the end of year lock date.",
                locked(None),
            ),
            (
                "The contact is archived and cannot be used.",
                R::CustomerArchived,
            ),
            (
                "The contact name Ana Díaz is already assigned to another contact. The contact name must be unique across all active contacts.",
                R::CustomerName,
            ),
            (
                "Organisation is not subscribed to currency EUR",
                R::Currency {
                    currency: "EUR".parse().unwrap(),
                },
            ),
            (
                "Account code '999' is not a valid code for this document.",
                code("999"),
            ),
            (
                "Account code '201' has been archived, or has been deleted. Each line item must reference a valid account.",
                code("201"),
            ),
            (
                "The TaxType code 'OUTPUT9' does not exist or cannot be used for this type of transaction",
                code("OUTPUT9"),
            ),
            ("Item code 'BOOK' is not valid.", code("BOOK")),
            (
                "Payment amount exceeds the amount outstanding on this document",
                R::MoreThanDue,
            ),
            (
                "This document cannot be edited as it has a payment or credit note allocated to it.",
                R::HasPayments,
            ),
            (
                "Payments can only be made against Authorised documents",
                R::NotOpen {
                    state: DocumentState::Strange,
                },
            ),
            ("Invoice could not be found.", R::NotFound),
        ] {
            assert_eq!(of(message), wanted, "{message}");
        }
    }

    #[test]
    fn a_key_that_somebody_else_has_is_known_in_both_wordings() {
        for said in [
            "The contact number C-1 is already assigned to another contact. The contact number must be unique across all contacts.",
            "Another contact has this contact number. Please enter a different contact number.",
        ] {
            assert!(says_key_taken(&[said.to_owned()]), "{said}");
        }
        let name = "The contact name Ana is already assigned to another contact.";
        assert!(!says_key_taken(&[name.to_owned()]));
    }

    /// T20
    #[test]
    fn what_has_no_remedy_is_repeated_without_names() {
        let R::Invalid { messages } = of(
            "Email address must be valid. ana@example.com of Ana Díaz, 'ana the first', is not: see '2B'.",
        ) else {
            panic!("it is not known")
        };
        assert_eq!(
            messages,
            ["Email address must be valid. … of …, '…', is not: see '2B'."]
        );
    }

    use LedgerRefusal as R;
}
