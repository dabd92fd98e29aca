//! What servers put into words only. They repeat addresses, which anybody may have chosen: what is looked at is the server's own wording.

/// The server's words without the addresses in them, in small letters, as far as they are its own and not what the next server told it.
pub(super) fn of(said: &str, recipient: &str) -> String {
    let words: Vec<_> = said.split_whitespace().collect();
    let mut text = words.join(" ").to_lowercase();
    if let Some((own, _)) = text.split_once(" said: ") {
        text = own.to_owned();
    }
    if !recipient.is_empty() {
        text = text.replace(&recipient.to_lowercase(), " ");
    }
    let mut kept = String::new();
    let mut rest = text.as_str();
    while let Some((before, (_, after))) = rest
        .split_once('<')
        .and_then(|(before, inner)| Some((before, inner.split_once('>')?)))
    {
        kept.push_str(before);
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Who sends this way may write only to the server's own people.
pub(super) fn is_about_relaying(text: &str) -> bool {
    says(
        text,
        &[
            "relay access denied",
            "relay not permitted",
            "relaying denied",
            "relaying not allowed",
            "unable to relay",
        ],
    )
}

/// It is about who sends, in these numbers of RFC 3463 or in these words: it would be said of every message.
pub(super) fn is_about_us(detail: Option<&str>, text: &str) -> bool {
    matches!(
        detail,
        Some("5.1.7" | "5.1.8" | "5.7.26" | "5.7.60" | "5.2.252")
    ) || says(
        text,
        &[
            "client host",
            "helo command rejected",
            "not owned by",
            "sender address rejected",
        ],
    )
}

fn says(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| text.contains(phrase))
}
