use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A customer calls items off rent. The rent ends when the store says so, not when they ask.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallOff {
    /// What people call the contract.
    pub contract: Arc<str>,
    /// What comes off rent.
    pub items: Vec<CalledOff>,
    /// When the rent shall stop.
    pub stop_at: DateTime<Utc>,
    /// The zone whose clocks are read where the items are; the portal's own without.
    pub zone: Option<Tz>,
    /// How the items come back.
    pub collection: Collection,
    /// Whom the driver asks for.
    pub site_contact: Option<SiteContact>,
    /// The customer's own reference, such as the number of a purchase order.
    pub reference: Option<String>,
    /// What the driver should know.
    pub notes: Option<String>,
}

/// One kind of item that comes off rent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CalledOff {
    /// As the contract describes it.
    pub description: String,
    /// How many of those that are out.
    pub quantity: u32,
}

/// How items come back from rent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Collection {
    /// The store picks them up.
    PickUp(PickUp),
    /// The customer brings them.
    ReturnedByCustomer,
}

/// When and where the store picks items up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PickUp {
    /// The earliest instant.
    pub from: DateTime<Utc>,
    /// The latest, where they said.
    pub until: Option<DateTime<Utc>>,
    /// Where; where the items were delivered without.
    pub address: Option<String>,
}

/// Whom the driver asks for at the site.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SiteContact {
    /// Their name.
    pub name: String,
    /// Their number.
    pub phone: Option<String>,
}

impl CallOff {
    /// Items of a contract that the customer brings back.
    pub fn new(
        contract: impl Into<Arc<str>>,
        items: Vec<CalledOff>,
        stop_at: DateTime<Utc>,
    ) -> Self {
        Self {
            contract: contract.into(),
            items,
            stop_at,
            zone: None,
            collection: Collection::ReturnedByCustomer,
            site_contact: None,
            reference: None,
            notes: None,
        }
    }

    /// The clocks there are in this zone.
    #[must_use]
    pub fn in_zone(mut self, zone: Tz) -> Self {
        self.zone = Some(zone);
        self
    }

    /// The store picks them up.
    #[must_use]
    pub fn picked_up(mut self, pick_up: PickUp) -> Self {
        self.collection = Collection::PickUp(pick_up);
        self
    }

    /// The driver asks for them.
    #[must_use]
    pub fn asking_for(mut self, contact: SiteContact) -> Self {
        self.site_contact = Some(contact);
        self
    }

    /// The customer's own reference.
    #[must_use]
    pub fn under(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// The driver should know this.
    #[must_use]
    pub fn noting(mut self, notes: impl Into<String>) -> Self {
        self.notes = Some(notes.into());
        self
    }
}

impl CalledOff {
    /// So many of these.
    pub fn new(description: impl Into<String>, quantity: u32) -> Self {
        Self {
            description: description.into(),
            quantity,
        }
    }
}

impl PickUp {
    /// Any time from then on, where the items were delivered.
    #[must_use]
    pub fn from(from: DateTime<Utc>) -> Self {
        Self {
            from,
            until: None,
            address: None,
        }
    }

    /// No later than then.
    #[must_use]
    pub fn until(mut self, until: DateTime<Utc>) -> Self {
        self.until = Some(until);
        self
    }

    /// There.
    #[must_use]
    pub fn at(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

impl SiteContact {
    /// A person, and their number if they gave one.
    pub fn new(name: impl Into<String>, phone: Option<String>) -> Self {
        Self {
            name: name.into(),
            phone,
        }
    }
}

/// Who and where stays out of logs.
impl fmt::Debug for CallOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallOff(..)")
    }
}

/// What they typed stays out of logs.
impl fmt::Debug for CalledOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CalledOff({})", self.quantity)
    }
}

/// Where stays out of logs.
impl fmt::Debug for PickUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PickUp(..)")
    }
}

/// Names and numbers stay out of logs.
impl fmt::Debug for SiteContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SiteContact(..)")
    }
}
