//! What the company teaches, where, and what customers may do about it.

/// A city the company teaches in. Prices are the catalogue's, in `percent` of the euro amount.
#[derive(Debug, Clone, Copy)]
pub(super) struct City {
    pub(super) venue: &'static str,
    pub(super) zone: &'static str,
    pub(super) currency: &'static str,
    pub(super) percent: i64,
}

pub(super) const MADRID: City = city("Madrid", "Europe/Madrid", "EUR", 100);
pub(super) const LONDON: City = city("London", "Europe/London", "GBP", 90);
pub(super) const NEW_YORK: City = city("New York", "America/New_York", "USD", 110);
pub(super) const AUCKLAND: City = city("Auckland", "Pacific/Auckland", "NZD", 180);
pub(super) const MEXICO: City = city("Ciudad de México", "America/Mexico_City", "MXN", 2_000);
pub(super) const ONLINE: City = city("Online", "Europe/Madrid", "EUR", 100);

pub(super) const CITIES: [City; 5] = [MADRID, LONDON, NEW_YORK, AUCKLAND, MEXICO];

const fn city(
    venue: &'static str,
    zone: &'static str,
    currency: &'static str,
    percent: i64,
) -> City {
    City {
        venue,
        zone,
        currency,
        percent,
    }
}

/// A course: its title, what a place costs in euro cents, and its policy. The last eight are taught online.
pub(super) struct Taught {
    pub(super) title: &'static str,
    pub(super) price: i64,
    pub(super) policy: Option<&'static str>,
}

/// The courses before this one have the dates of the demo's customer only.
pub(super) const FIRST_COMMON: usize = 13;

/// From this one on, courses are e-learning.
pub(super) const FIRST_ELEARNING: usize = 32;

const BOTH: Option<&str> = Some(
    r#"{"transfers": {"allowed": true, "until": {"days_before": {"days": 3, "at": "17:00:00"}}},
        "cancellations": {"allowed": true, "until": {"hours_before": 48}}}"#,
);
const CLOSING_EARLY: Option<&str> = Some(
    r#"{"transfers": {"allowed": true, "until": {"hours_before": 24}},
        "cancellations": {"allowed": true, "until": {"days_before": {"days": 2, "at": "17:00:00"}}}}"#,
);
const CANCEL_ONLY: Option<&str> = Some(
    r#"{"transfers": {"allowed": false}, "cancellations": {"allowed": true, "until": "start"}}"#,
);
const MOVE_ONLY: Option<&str> = Some(
    r#"{"transfers": {"allowed": true, "until": "none"}, "cancellations": {"allowed": false}}"#,
);
const NEITHER: Option<&str> =
    Some(r#"{"transfers": {"allowed": false}, "cancellations": {"allowed": false}}"#);
const AT_ANY_TIME: Option<&str> = Some(
    r#"{"transfers": {"allowed": true, "until": "none"}, "cancellations": {"allowed": true, "until": "none"}}"#,
);
const AS_SETTINGS_SAY: Option<&str> = None;

pub(super) const COURSES: [Taught; 40] = [
    taught("Negotiating under pressure", 69_000, BOTH),
    taught("First aid at work", 24_000, CLOSING_EARLY),
    taught("Project management essentials", 120_000, CANCEL_ONLY),
    taught("Leading remote teams", 85_000, MOVE_ONLY),
    taught("Information evening: apprenticeships", 0, NEITHER),
    taught("Executive presence", 80_000, AT_ANY_TIME),
    taught("Payroll law update", 38_000, BOTH),
    taught("Working at height", 29_000, CLOSING_EARLY),
    taught("Data protection officer", 145_000, BOTH),
    taught("Forklift licence", 52_000, CLOSING_EARLY),
    taught("Food hygiene, level 2", 12_000, AT_ANY_TIME),
    taught("Conflict at the front desk", 41_000, BOTH),
    taught("Bookkeeping for beginners", 46_000, AS_SETTINGS_SAY),
    taught("Fire warden", 18_000, CLOSING_EARLY),
    taught("Presenting with data", 57_000, BOTH),
    taught("Mental health first aider", 39_500, AS_SETTINGS_SAY),
    taught("Manual handling", 9_500, AT_ANY_TIME),
    taught("Contract law for engineers", 98_000, CANCEL_ONLY),
    taught("Lean on the shop floor", 112_000, MOVE_ONLY),
    taught("Speaking to the press", 135_000, NEITHER),
    taught("Excel beyond formulas", 33_000, AT_ANY_TIME),
    taught("Chairing meetings", 36_000, BOTH),
    taught("Hiring interviews", 48_500, AS_SETTINGS_SAY),
    taught("Export paperwork", 61_000, CANCEL_ONLY),
    taught("Open day: workshops", 0, AT_ANY_TIME),
    taught("Electrical safety refresher", 27_500, CLOSING_EARLY),
    taught("Writing that gets read", 44_000, BOTH),
    taught("Sustainable procurement", 72_000, MOVE_ONLY),
    taught("Incident investigation", 88_000, BOTH),
    taught("Legionella awareness", 15_500, AS_SETTINGS_SAY),
    taught("Board duties", 190_000, NEITHER),
    taught("Train the trainer", 125_000, BOTH),
    taught("Accessible documents", 8_900, AT_ANY_TIME),
    taught("Phishing and passwords", 4_900, NEITHER),
    taught("GDPR in an hour", 3_900, AS_SETTINGS_SAY),
    taught("Welcome to the company", 0, NEITHER),
    taught("Anti-bribery basics", 5_900, CANCEL_ONLY),
    taught("Display screen equipment", 2_900, MOVE_ONLY),
    taught("Respect at work", 6_900, BOTH),
    taught("Spreadsheet hygiene", 7_900, AT_ANY_TIME),
];

const fn taught(title: &'static str, price: i64, policy: Option<&'static str>) -> Taught {
    Taught {
        title,
        price,
        policy,
    }
}
