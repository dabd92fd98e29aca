//! The few words that stand around every message.
use portal_core::Language;

/// The few words that stand around every message, in one language.
pub(super) struct Labels {
    /// Where nobody is named.
    pub(super) hello: &'static str,
    /// Before and after a name.
    pub(super) hello_name: (&'static str, &'static str),
    /// What the portal is called.
    pub(super) portal: &'static str,
    /// What every message ends with.
    pub(super) automatic: &'static str,
    /// What a reminder ends with, before the address that stops them.
    pub(super) unsubscribe: &'static str,
}

const ENGLISH: Labels = Labels {
    hello: "Hello,",
    hello_name: ("Hello ", ","),
    portal: "Customer portal",
    automatic: "This message was sent automatically.",
    unsubscribe: "Stop these reminders",
};

const SPANISH: Labels = Labels {
    hello: "Hola:",
    hello_name: ("Hola, ", ":"),
    portal: "Portal de clientes",
    automatic: "Este mensaje se ha enviado automáticamente.",
    unsubscribe: "No recibir más estos avisos",
};

impl Labels {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Es => &SPANISH,
            // The languages the portal speaks may grow before these do.
            _ => &ENGLISH,
        }
    }

    pub(super) fn greeting(&self, name: Option<&str>) -> String {
        let (before, after) = self.hello_name;
        name.map_or_else(
            || self.hello.to_owned(),
            |name| format!("{before}{name}{after}"),
        )
    }
}
