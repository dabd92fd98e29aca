use std::fmt::Write;

use portal_core::{
    Challenge, Done, Error, Language, Money, Offer, Refusals, Verdict, courses::Session,
    refusal::Remedy, words::Words,
};

/// What the customer sees, line by line, in one language.
pub(super) struct Sheet {
    pub(super) words: Words,
    text: String,
}

impl Sheet {
    /// Instants that belong to no event are told on the clocks of the head office.
    pub(super) fn new(language: Language) -> Self {
        Self {
            words: Words::new(language).in_zone(chrono_tz::Europe::Madrid),
            text: String::new(),
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The one of the two that this sheet is written in.
    pub(super) fn say<'a>(&self, english: &'a str, spanish: &'a str) -> &'a str {
        match self.words.language() {
            Language::Es => spanish,
            _ => english,
        }
    }

    pub(super) fn chapter(&mut self, english: &str, spanish: &str) {
        let title = self.say(english, spanish).to_owned();
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.put(0, &title);
    }

    pub(super) fn line(&mut self, text: &str) {
        self.put(2, text);
    }

    pub(super) fn note(&mut self, english: &str, spanish: &str) {
        let text = self.say(english, spanish).to_owned();
        self.line(&text);
    }

    /// Something, and what is so about it, in two columns.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        self.line(&format!("{name:<40} {value}"));
    }

    /// What can be done on one line, and each reason against the rest on one of its own.
    pub(super) fn offers<A: Copy>(&mut self, offers: &[Offer<A>], name: fn(&Words, A) -> String) {
        let open = offers.iter().filter(|offer| offer.verdict.is_open());
        let names: Vec<_> = open
            .map(|offer| {
                let mark = match offer.verdict {
                    Verdict::Confirm(Challenge::Surname) => "*",
                    _ => "",
                };
                name(&self.words, offer.action) + mark
            })
            .collect();
        if !names.is_empty() {
            let yes = self.say("yes", "sí").to_owned();
            self.put(4, &format!("{yes:<3} {}", names.join(", ")));
        }
        let mut reasons: Vec<(String, Vec<String>)> = vec![];
        for offer in offers {
            if let Some(refusals) = offer.verdict.refusals() {
                let (why, name) = (self.why(refusals), name(&self.words, offer.action));
                match reasons.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, names)) => names.push(name),
                    None => reasons.push((why, vec![name])),
                }
            }
        }
        for (why, names) in reasons {
            self.put(4, &format!("no  {}: {why}", names.join(", ")));
        }
    }

    /// How a form ended.
    pub(super) fn ended(&mut self, what: &str, ended: Result<Done, Error>) -> Result<(), Error> {
        let how = match &ended {
            Ok(done) if done.replayed => self
                .say(
                    "done before, so nothing happens",
                    "ya estaba hecho: no pasa nada",
                )
                .to_owned(),
            Ok(_) => self.say("done", "hecho").to_owned(),
            Err(no) => self.failure(no),
        };
        self.field(what, &how);
        match ended {
            Ok(_) | Err(Error::Refused(_) | Error::NotFound) => Ok(()),
            Err(broken) => Err(broken),
        }
    }

    /// What a page says instead of what was asked for.
    pub(super) fn failure(&self, error: &Error) -> String {
        match error {
            Error::Refused(refusals) => self.why(refusals),
            other => self.words.error(other),
        }
    }

    /// The most lasting reason, and what to do about it but for asking the organiser, which is said once at the top.
    pub(super) fn why(&self, refusals: &Refusals) -> String {
        let first = refusals.first();
        let why = self.words.refusal(first);
        match first.remedy() {
            Remedy::NothingNeeded | Remedy::AskOrganiser => why,
            remedy => format!("{why} {}", self.words.remedy(&remedy)),
        }
    }

    pub(super) fn verdict(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Refused(refusals) => self.why(refusals),
            Verdict::Allowed | Verdict::Confirm(_) => self.say("yes", "sí").to_owned(),
        }
    }

    /// When a date begins, on the clocks there.
    pub(super) fn starts(&self, session: &Session) -> String {
        self.words
            .moment(session.starts_at.with_timezone(&session.zone))
    }

    pub(super) fn price(&self, price: Option<Money>) -> String {
        self.words.price(price)
    }

    fn put(&mut self, indent: usize, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{:indent$}{text}", "");
    }
}
