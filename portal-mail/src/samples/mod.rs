//! Letters to nobody, one and more of each kind, for previews and tests.
mod accounts;
mod courses;
mod money;
mod papers;
mod requests;

use portal_core::{
    Currency, Id, Language, Money, Order,
    chrono::{DateTime, NaiveDate, NaiveTime, TimeZone},
    chrono_tz::Tz,
    effect::MailKind,
    mail::{Addressee, EmailAddress, Event, Letter, Link, OrderHead, Says, Thread},
    order::Balance,
    uuid::Uuid,
};

/// One letter and more of each kind of message, to nobody: what is there in a full one may be missing in the next.
#[must_use]
pub fn samples(language: Language) -> Vec<Letter> {
    // Everything below is written out here, so nothing of it fails.
    Desk::open(language)
        .and_then(|desk| desk.all())
        .unwrap_or_default()
}

pub use papers::papers;

/// Whoever writes the samples of one language.
struct Desk {
    language: Language,
    ana: Addressee,
    somebody: Addressee,
    staff: Addressee,
    portal: Link,
    link: Link,
    currency: Currency,
}

impl Desk {
    fn open(language: Language) -> Option<Self> {
        let at = |address: &str| {
            let address = EmailAddress::parse(address).ok()?;
            Some(Addressee::new(address, language))
        };
        let portal = "https://courses.example/portal";
        Some(Self {
            language,
            ana: at("ana.cruz@acme.example")?.called("Ana Cruz", "Ana"),
            somebody: at("somebody@elsewhere.example")?,
            staff: at("desk@school.example")?,
            portal: Link::new(portal)?,
            link: Link::new(format!(
                "{portal}/link/a-secret-of-forty-three-letters-that-is-none"
            ))?,
            currency: "EUR".parse().ok()?,
        })
    }

    fn all(&self) -> Option<Vec<Letter>> {
        let mut all = [
            self.courses()?,
            self.money()?,
            self.accounts()?,
            self.requests()?,
        ]
        .concat();
        for (n, letter) in all.iter_mut().enumerate() {
            let name = format!("{} {n}", self.language.tag());
            letter.id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
        }
        Some(all)
    }

    fn letter(&self, kind: MailKind, to: &Addressee, says: Says) -> Letter {
        let organiser = self.organiser();
        Letter::new(Uuid::nil(), kind, to.clone(), says)
            .from_organiser(Some(organiser.to_owned()))
            .with_portal(Some(self.portal.clone()))
    }

    fn organiser(&self) -> &'static str {
        match self.language {
            Language::Es => "Escuela de Oficios",
            _ => "The School of Crafts",
        }
    }

    fn about_order(&self, kind: MailKind, to: &Addressee, says: Says) -> Letter {
        let order: Id<Order> = Id::new("1042");
        self.letter(kind, to, says)
            .in_thread(Some(Thread::order(&order)))
    }

    fn eur(&self, cents: i64) -> Money {
        Money::from_minor(cents, self.currency)
    }

    fn order(&self, paid: i64) -> Option<OrderHead> {
        let balance = Balance::new(self.eur(1_234_50), self.eur(paid)).ok()?;
        Some(OrderHead::new(
            "SO-1042",
            moment((2027, 2, 1), (9, 15), Tz::Europe__Madrid)?,
            balance,
        ))
    }

    fn event(&self, month: u32, day: u32) -> Option<Event> {
        let (course, venue) = match self.language {
            Language::Es => ("Carpintería para principiantes", "Calle Mayor 5, Madrid"),
            _ => ("Carpentry for beginners", "Calle Mayor 5, Madrid"),
        };
        let from = moment((2027, month, day), (9, 30), Tz::Europe__Madrid)?;
        let to = moment((2027, month, day), (17, 0), Tz::Europe__Madrid)?;
        Some(Event::new(course, from, to).at(venue))
    }
}

/// What clocks there show.
fn moment(day: (i32, u32, u32), time: (u32, u32), zone: Tz) -> Option<DateTime<Tz>> {
    let day = NaiveDate::from_ymd_opt(day.0, day.1, day.2)?;
    let time = NaiveTime::from_hms_opt(time.0, time.1, 0)?;
    zone.from_local_datetime(&day.and_time(time)).earliest()
}

fn until() -> Option<DateTime<Tz>> {
    moment((2027, 3, 4), (18, 0), Tz::Europe__Madrid)
}
