//! Every sentence the portal says, in English and Spanish, from one catalogue.
//!
//! The labels and sentences are ours and are translated; what the host wrote (a title, a system's name) stands in them as it is.
mod labels;

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{
    Error, Language, Money, Refusal,
    refusal::{Datum, OrderRole, Remedy},
};

/// Says things in one language.
///
/// ```
/// use portal_core::{Language, Refusal, refusal::NameRefusal, words::Words};
///
/// let no = Refusal::from(NameRefusal::Mismatch);
/// let words = Words::new(Language::Es);
/// assert_eq!(words.refusal(&no), "El apellido que ha escrito no coincide con el que tenemos registrado.");
/// assert_eq!(words.remedy(&no.remedy()), "Escriba su apellido tal como figura en su perfil.");
/// ```
pub struct Words {
    language: Language,
    zone: Tz,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The portal's words in this language. Instants that belong to no event are told in UTC.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let (tag, text) = match language {
            Language::En => ("en", include_str!("en.ftl")),
            Language::Es => ("es", include_str!("es.ftl")),
        };
        let locale = tag.parse::<LanguageIdentifier>().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Marks around placeables are for mixed directions; both languages and all hosts' texts so far run one way.
        bundle.set_use_isolating(false);
        // The catalogue is part of the build: a test parses it without errors.
        let resource = FluentResource::try_new(text.to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(parsed, _)| parsed));
        Self {
            language,
            zone: Tz::UTC,
            bundle,
        }
    }

    /// The zone for instants that belong to no event: the site's own.
    #[must_use]
    pub fn in_zone(mut self, zone: Tz) -> Self {
        self.zone = zone;
        self
    }

    /// Which language this is.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Why not, in a sentence.
    #[must_use]
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let mut args = FluentArgs::new();
        for (name, datum) in refusal.data() {
            args.set(name, self.datum(&datum));
        }
        self.say(&refusal.code().replace('.', "-"), &args)
    }

    /// Why a call did not do what was asked, in a sentence for the customer. What is broken is told in general terms; the log has the rest.
    #[must_use]
    pub fn error(&self, error: &Error) -> String {
        self.plain(match error {
            Error::Refused(refusals) => return self.refusal(refusals.first()),
            Error::NotFound => "error-not-found",
            #[cfg(feature = "accounts")]
            Error::SignInFirst => "error-sign-in-first",
            Error::NotWired(_) => "error-not-offered",
            Error::BadPage => "error-bad-page",
            Error::Contended => "error-contended",
            Error::FormReused => "error-form-reused",
            Error::Store(_) | Error::Adapter(_) => "error-broken",
        })
    }

    /// What to do instead, in a sentence.
    #[must_use]
    pub fn remedy(&self, remedy: &Remedy) -> String {
        let mut args = FluentArgs::new();
        let id = match remedy {
            Remedy::NothingNeeded => "remedy-nothing-needed",
            Remedy::AskOrganiser => "remedy-ask-organiser",
            Remedy::Ask { who } => {
                args.set("who", self.roles(who));
                "remedy-ask"
            }
            Remedy::PayByLink { url } => {
                args.set("url", url.to_string());
                "remedy-pay-by-link"
            }
            Remedy::PayByInvoice => "remedy-pay-by-invoice",
            Remedy::PickAnotherDate => "remedy-pick-another-date",
            Remedy::WaitUntil { at } => {
                args.set("at", self.instant(*at));
                "remedy-wait-until"
            }
            Remedy::LoadAgain => "remedy-load-again",
            Remedy::LookAgainLater => "remedy-look-again-later",
            Remedy::TypeNameAgain => "remedy-type-name-again",
            Remedy::TypeAgain => "remedy-type-again",
            Remedy::AskForLink => "remedy-ask-for-link",
            Remedy::ProveAgain => "remedy-prove-again",
            Remedy::ChooseAnotherPassword => "remedy-choose-another-password",
            Remedy::FillIn => "remedy-fill-in",
        };
        self.say(id, &args)
    }

    /// An instant on the clocks where the event is, with their zone.
    #[must_use]
    pub fn moment(&self, at: DateTime<Tz>) -> String {
        let mut args = FluentArgs::new();
        args.set("weekday", at.weekday().number_from_monday());
        args.set("day", at.day().to_string());
        args.set("month", at.month());
        args.set("year", at.year().to_string());
        args.set("time", at.format("%H:%M").to_string());
        args.set("zone", at.timezone().name().replace('_', " "));
        self.say("moment", &args)
    }

    /// An instant that belongs to no event, in the site's zone.
    #[must_use]
    pub fn instant(&self, at: DateTime<Utc>) -> String {
        self.moment(at.with_timezone(&self.zone))
    }

    /// What something costs: an amount, or that it is free.
    #[must_use]
    pub fn price(&self, price: Option<Money>) -> String {
        price.map_or_else(|| self.plain("free"), |price| self.money(price))
    }

    /// An amount, as the language writes numbers.
    #[must_use]
    pub fn money(&self, money: Money) -> String {
        let written = money.amount().abs().to_string();
        let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
        let mut text = String::new();
        if money.minor() < 0 {
            text.push('-');
        }
        for (n, digit) in whole.chars().enumerate() {
            if n > 0 && (whole.len() - n).is_multiple_of(3) {
                text.push_str(&self.plain("group-mark"));
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push_str(&self.plain("decimal-mark"));
            text.push_str(decimals);
        }
        format!("{text} {}", money.currency())
    }

    /// The message with this id, without data. An id that is not in the catalogue is answered as it is.
    pub(crate) fn plain(&self, id: &str) -> String {
        self.say(id, &FluentArgs::new())
    }

    /// Whether the catalogue has this message in this language.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.bundle
            .get_message(id)
            .is_some_and(|message| message.value().is_some())
    }

    fn say(&self, id: &str, args: &FluentArgs<'_>) -> String {
        let message = self.bundle.get_message(id);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            return id.to_owned();
        };
        // What cannot be filled in is written by its name; a test says every sentence with all its data.
        let mut errors = vec![];
        self.bundle
            .format_pattern(pattern, Some(args), &mut errors)
            .into_owned()
    }

    fn datum(&self, datum: &Datum) -> FluentValue<'static> {
        FluentValue::from(match datum {
            Datum::Moment(at) => self.moment(*at),
            Datum::Instant(at) => self.instant(*at),
            Datum::Money(money) => self.money(*money),
            Datum::Price(price) => self.price(*price),
            Datum::Text(text) => text.to_string(),
            Datum::Roles(roles) => self.roles(roles),
            #[cfg(feature = "accounts")]
            Datum::Field(name) => self.field(name),
        })
    }

    fn roles(&self, roles: &[OrderRole]) -> String {
        let mut names = roles.iter().map(|role| {
            self.plain(match role {
                OrderRole::BillingContact => "role-billing-contact",
                OrderRole::OrderContact => "role-order-contact",
                OrderRole::Registrant => "role-registrant",
            })
        });
        let first = names.next().unwrap_or_default();
        names.fold(first, |rest, last| {
            let mut args = FluentArgs::new();
            args.set("rest", rest);
            args.set("last", last);
            self.say("or", &args)
        })
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}
