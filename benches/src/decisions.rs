//! One decision, and the verdicts of a page of twenty rows; beside them the same conditions in plain Rust, without reasons, remedies or types.
use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Ask, CommandId, Decision, Loaded, RecordRef, Refusals, Settings, Version, Viewer,
    courses::{
        ChangePolicy, CourseRules, Cutoff, Registration, RegistrationPolicy, RegistrationStatus,
        Session, actions, may_move_to, may_transfer, transfer,
    },
    payment::PaymentLimits,
    surname,
};
use portal_testkit::facts::{
    OrderFacts, RegistrationFacts, SessionFacts, contact, days, eur, hours, order, registration,
    session, today, viewer,
};

/// Facts to decide on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Case {
    /// The host's switches.
    pub settings: Settings,
    /// What is wired in.
    pub providers: [PaymentLimits; 1],
    /// The registration, and the date it would move to.
    pub facts: Loaded<Registration>,
    /// The date.
    pub to: Session,
    /// Who asks.
    pub by: Viewer,
    /// Twenty rows of a page, no two alike.
    pub rows: Vec<Registration>,
}

/// The same facts, bare.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "flags are what is least")]
pub struct Bare {
    active: bool,
    elearning: bool,
    transfers: bool,
    cutoff_hours: i64,
    starts_at: i64,
    ends_at: i64,
    to_starts_at: i64,
    to_open: bool,
    to_places: u32,
    same_session: bool,
    price: i64,
    to_price: i64,
    surname: String,
}

impl Case {
    /// A registration that may move, and a page of rows that may and may not.
    #[must_use]
    pub fn new() -> Self {
        let ana = contact("ana");
        let closes = ChangePolicy::hours_before(24).unwrap();
        let policy = RegistrationPolicy::new(closes, closes);
        let r = registration("r1")
            .on_order(order("o1").ordered_by(&contact("boss")))
            .under(policy)
            .priced(eur(100_00));
        let mut r = r.on(session("s1").starting_in(days(9)));
        r.session.price = Some(eur(100_00));
        let record = RecordRef::Registration(r.id.clone());
        Self {
            settings: Settings::default(),
            providers: [PaymentLimits::none()],
            rows: (0..20).map(|n| row(n, &r)).collect(),
            facts: Loaded::one(r, record, Version::number(7)),
            to: session("s2").starting_in(days(19)).priced(eur(100_00)),
            by: viewer(&ana),
        }
    }

    fn rules(&self) -> CourseRules<'_> {
        CourseRules::new(&self.settings, &self.providers)
    }

    /// The questions alone: may it move, may it move there.
    ///
    /// # Errors
    /// Never, with these facts.
    pub fn ask(&self, now: DateTime<Utc>) -> Result<(), Refusals> {
        may_transfer(&self.facts.value, self.rules(), now)?;
        may_move_to(&self.facts.value, &self.to, self.rules(), now)
    }

    /// The whole decision, surname and all.
    ///
    /// # Errors
    /// Never, with these facts.
    pub fn decide(&self, now: DateTime<Utc>) -> Result<Decision, Refusals> {
        let ask = Ask::new(&self.by, now, CommandId(uuid::Uuid::from_u128(1)));
        let names = &self.settings.names;
        let confirmed = surname::confirm(&self.facts.value.registrant, "cruz", names)?;
        transfer(&self.facts, &self.to, &confirmed, self.rules(), &ask)
    }

    /// How many buttons of the page are live.
    #[must_use]
    pub fn page(&self, now: DateTime<Utc>) -> usize {
        let live = |r| {
            let offers = actions(r, &self.by, self.rules(), now);
            offers.iter().filter(|o| o.verdict.is_open()).count()
        };
        self.rows.iter().map(live).sum()
    }

    /// The same facts, bare.
    #[must_use]
    pub fn bare(&self) -> Bare {
        Bare::of(&self.facts.value, &self.to)
    }

    /// The same page, bare.
    #[must_use]
    pub fn bare_page(&self) -> Vec<Bare> {
        self.rows.iter().map(|r| Bare::of(r, &self.to)).collect()
    }
}

impl Default for Case {
    fn default() -> Self {
        Self::new()
    }
}

fn row(n: i64, like: &Registration) -> Registration {
    let mut r = like.clone();
    r.session = session("s1").starting_in(hours(12 * n - 24));
    if n % 5 == 0 {
        r.status = RegistrationStatus::Cancelled;
    }
    if n % 3 == 0 {
        r.policy = Some(RegistrationPolicy::new(
            ChangePolicy::Refused,
            ChangePolicy::Until(Cutoff::Start),
        ));
    }
    if n % 4 == 0 {
        r.order = r.order.map(|o| o.paid().invoiced(today()));
    }
    r
}

impl Bare {
    fn of(r: &Registration, to: &Session) -> Self {
        Self {
            active: r.status == RegistrationStatus::Active,
            elearning: false,
            transfers: true,
            cutoff_hours: 24,
            starts_at: r.session.starts_at.timestamp(),
            ends_at: r.session.ends_at.timestamp(),
            to_starts_at: to.starts_at.timestamp(),
            to_open: to.open,
            to_places: to.places_left,
            same_session: r.session.id == to.id,
            price: r.price.map_or(0, |p| p.minor()),
            to_price: to.price.map_or(0, |p| p.minor()),
            surname: "cruz".to_owned(),
        }
    }

    /// The ten conditions of a transfer, each asked, as flags.
    #[must_use]
    pub fn ask(&self, now: i64, typed: &str) -> u16 {
        u16::from(!self.active)
            | u16::from(now > self.ends_at) << 1
            | u16::from(self.elearning) << 2
            | u16::from(!self.transfers) << 3
            | u16::from(now > self.starts_at - self.cutoff_hours * 3_600) << 4
            | u16::from(self.same_session) << 5
            | u16::from(self.to_starts_at <= now) << 6
            | u16::from(!self.to_open) << 7
            | u16::from(self.to_places == 0) << 8
            | u16::from(self.price != self.to_price) << 9
            | u16::from(self.surname != typed) << 10
    }
}

/// When the decisions are made.
#[must_use]
pub fn now() -> DateTime<Utc> {
    today() + Duration::minutes(1)
}
