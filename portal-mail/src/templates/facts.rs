//! What templates see of a letter: text, ready to be shown, and nothing else.
use std::collections::BTreeMap;

use minijinja::Value;
use portal_core::mail::{
    Addressee, Blank, CancelledPlace, EmailAddress, Event, Instructions, Letter, MailedPassword,
    MoneyBack, MoneyCame, MovedPlace, OneTimeLink, OrderHead, Says, Wording, typed_line,
};
use secrecy::ExposeSecret;

use super::{formats::Formats, labels::Labels, orders, requests, written::Filled};

pub(super) type Facts = BTreeMap<&'static str, Value>;

/// More of what a stranger wrote is left out, and an ellipsis says so. It is as much as the form takes.
const MOST_LINES: usize = 60;
const MOST_CHARACTERS: usize = 4_000;

/// More of a description is left out, and an ellipsis says so.
pub(super) const MOST_DESCRIBED: usize = 1_000;

/// Everything a template may name for this letter.
pub(super) fn of(letter: &Letter, formats: &Formats) -> Facts {
    let to = &letter.to;
    let labels = Labels::of(to.language);
    let scribe = Scribe { letter, formats };
    let mut facts = scribe.says();
    let given = to.given_name.as_deref().or(to.name.as_deref()).map(line);
    let unsubscribe = letter
        .unsubscribe
        .as_ref()
        .filter(|_| letter.kind.optional());
    facts.extend([
        ("kind", letter.kind.as_str().into()),
        ("language", to.language.tag().into()),
        ("hello", labels.greeting(given.as_deref()).into()),
        ("name", maybe(to.name.as_deref().map(line))),
        ("given_name", maybe(given)),
        ("organiser", maybe(letter.organiser.as_deref().map(line))),
        (
            "portal",
            maybe(letter.portal.as_ref().map(|p| p.as_str().to_owned())),
        ),
        ("portal_label", labels.portal.into()),
        ("automatic", labels.automatic.into()),
        (
            "unsubscribe",
            maybe(unsubscribe.map(|there| there.as_str().to_owned())),
        ),
        ("unsubscribe_label", labels.unsubscribe.into()),
        ("answers", letter.reply_to.is_some().into()),
    ]);
    facts
}

struct Scribe<'a> {
    letter: &'a Letter,
    formats: &'a Formats,
}

impl Scribe<'_> {
    fn says(&self) -> Facts {
        match &self.letter.says {
            Says::Invoice(copy) => orders::invoice_copy(copy, self.formats),
            Says::Moved(moved) => self.moved(moved),
            Says::Cancelled(cancelled) => self.cancelled(cancelled),
            Says::MoneyCame(came) => self.came(came),
            Says::MoneyBack(back) => self.back(back),
            Says::CardRunsOut(card) => Facts::from([
                ("card", line(&card.card).into()),
                // As it stands on the card itself, in whatever language.
                ("expires", card.last_day.format("%m/%Y").to_string().into()),
            ]),
            Says::Instructions(told) => self.instructions(told),
            Says::OneTimeLink(sent) => self.one_time_link(sent),
            Says::TemporaryPassword(mailed) => self.mailed_password(mailed),
            Says::AccountChanged(changed) => {
                Facts::from([("at", self.formats.moment(changed.at).into())])
            }
            Says::AccountWanted(wanted) => {
                let said = |text: &Option<String>| maybe(text.as_deref().map(line));
                let message = wanted.message.as_deref().map(lines);
                Facts::from([
                    ("applicant", line(&wanted.name).into()),
                    ("organisation", said(&wanted.organisation)),
                    ("email", line(&wanted.email).into()),
                    ("phone", said(&wanted.phone)),
                    ("message", maybe(message)),
                    ("asked_at", self.formats.moment(wanted.asked_at).into()),
                ])
            }
            Says::CallOff(asked) => requests::call_off(asked, self.formats),
            Says::Help(asked) => requests::help(asked, self.formats),
            Says::Review(asked) => requests::review(asked, self.formats),
            _ => Facts::new(),
        }
    }

    fn order(&self, order: &OrderHead) -> Value {
        orders::order(order, self.formats)
    }

    fn event(&self, event: &Event) -> Value {
        Value::from(Facts::from([
            ("course", description(&event.course).into()),
            (
                "venue",
                maybe(Some(description(&event.venue)).filter(|venue| !venue.is_empty())),
            ),
            ("when", self.formats.span(event).into()),
            ("starts", self.formats.moment(event.starts_at).into()),
        ]))
    }

    fn moved(&self, moved: &MovedPlace) -> Facts {
        Facts::from([
            ("registrant", line(&moved.registrant).into()),
            (
                "from",
                moved.from.as_ref().map_or(none(), |from| self.event(from)),
            ),
            ("to", self.event(&moved.to)),
            ("order", maybe(moved.order.as_deref().map(line))),
        ])
    }

    fn cancelled(&self, cancelled: &CancelledPlace) -> Facts {
        Facts::from([
            ("registrant", line(&cancelled.registrant).into()),
            ("event", self.event(&cancelled.event)),
            ("order", maybe(cancelled.order.as_deref().map(line))),
            (
                "paid",
                maybe(cancelled.paid.map(|paid| self.formats.money(paid))),
            ),
        ])
    }

    fn came(&self, came: &MoneyCame) -> Facts {
        Facts::from([
            ("amount", self.formats.money(came.amount).into()),
            ("at", self.formats.moment(came.at).into()),
            ("paid_with", maybe(came.paid_with.as_deref().map(line))),
            ("order", self.order(&came.order)),
        ])
    }

    fn back(&self, back: &MoneyBack) -> Facts {
        Facts::from([
            ("amount", self.formats.money(back.amount).into()),
            ("of", self.formats.money(back.of).into()),
            ("whole", (back.amount == back.of).into()),
            ("paid_with", maybe(back.paid_with.as_deref().map(line))),
            (
                "order",
                back.order
                    .as_ref()
                    .map_or(none(), |order| self.order(order)),
            ),
        ])
    }

    fn instructions(&self, told: &Instructions) -> Facts {
        let event = told.event.as_ref();
        let access = told.access.as_ref().map(|access| {
            let until = access.until.map(|until| self.formats.moment(until));
            let fills = Fills {
                link: Some(access.link.as_str()),
                until: until.clone(),
                event,
            };
            let text = access.text.as_ref().map(|text| self.filled(text, &fills));
            Value::from(Facts::from([
                ("link", access.link.as_str().into()),
                ("until", maybe(until)),
                ("text", maybe(text)),
            ]))
        });
        Facts::from([
            ("event", event.map_or(none(), |event| self.event(event))),
            ("access", access.unwrap_or(none())),
        ])
    }

    fn one_time_link(&self, sent: &OneTimeLink) -> Facts {
        Facts::from([
            ("link", sent.link.as_str().into()),
            ("until", self.formats.moment(sent.until).into()),
            ("login", maybe(sent.login.as_deref().map(line))),
            ("welcome", self.welcome(sent.welcome.as_ref())),
        ])
    }

    fn mailed_password(&self, mailed: &MailedPassword) -> Facts {
        Facts::from([
            ("password", mailed.password.expose_secret().into()),
            ("until", self.formats.moment(mailed.until).into()),
            ("login", line(&mailed.login).into()),
            ("welcome", self.welcome(mailed.welcome.as_ref())),
        ])
    }

    fn welcome(&self, text: Option<&Wording>) -> Value {
        maybe(text.map(|text| self.filled(text, &Fills::default())))
    }

    /// A text of the host's, as written: what is filled in is one line each, and is not read again.
    fn filled(&self, text: &Wording, fills: &Fills<'_>) -> String {
        let Addressee {
            name, given_name, ..
        } = &self.letter.to;
        let nothing = || "–".to_owned();
        let mark = |text: String| Filled::Text.marked(&text);
        let said = |text: Option<&str>| text.map_or_else(nothing, |text| mark(line(text)));
        let told = |text: Option<&str>| text.map_or_else(nothing, |text| mark(description(text)));
        let given = given_name.as_deref().or(name.as_deref());
        text.fill(|blank| match blank {
            Blank::Name => said(name.as_deref()),
            Blank::GivenName => said(given),
            Blank::Organiser => said(self.letter.organiser.as_deref()),
            Blank::Link => fills
                .link
                .map_or_else(nothing, |link| Filled::Link.marked(link)),
            Blank::Until => said(fills.until.as_deref()),
            Blank::Course => told(fills.event.map(|event| &*event.course)),
            Blank::Venue => told(fills.event.map(|event| &*event.venue)),
            Blank::Starts => {
                let starts = fills
                    .event
                    .map(|event| self.formats.moment(event.starts_at));
                starts.unwrap_or_else(nothing)
            }
            _ => nothing(),
        })
    }
}

/// What is filled into a text of the host's beside who reads it.
#[derive(Default)]
struct Fills<'a> {
    link: Option<&'a str>,
    until: Option<String>,
    event: Option<&'a Event>,
}

/// Whatever was typed, in one line that shows all there is: nobody else's message can be put into ours by a name. Every address fits.
pub(super) fn line(text: &str) -> String {
    typed_line(text, EmailAddress::LONGEST)
}

/// The same for what the host calls something, which may take a sentence or two.
fn description(text: &str) -> String {
    typed_line(text, MOST_DESCRIBED)
}

/// What a stranger wrote, in as many lines as they did, as far as there is room.
pub(super) fn lines(text: &str) -> String {
    let mut left = MOST_CHARACTERS;
    let mut kept = vec![];
    let mut all = text.trim().lines();
    for part in all.by_ref().take(MOST_LINES) {
        let shown = typed_line(part, left);
        left = left.saturating_sub(shown.chars().count() + 1);
        kept.push(shown);
        if left == 0 {
            break;
        }
    }
    if all.next().is_some() {
        kept.push("…".to_owned());
    }
    kept.join("\n").trim().to_owned()
}

pub(super) fn maybe(text: Option<String>) -> Value {
    text.map_or(none(), Value::from)
}

pub(super) fn none() -> Value {
    Value::from(())
}
