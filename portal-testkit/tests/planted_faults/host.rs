use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, Utc};
use portal_core::{
    Contact, Directory, Id, Listing, Loaded, Money, Order, OrderDetails, Page, RecordRef,
    StoreError, Version,
    courses::{
        CourseRecords, DateChoices, Module, Registration, RegistrationStatus, Session, Shelf,
        TransferFacts, WaitingPlace,
    },
    memory::Memory,
};

use super::store::by_offset;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostFault {
    NeverChangesAVersion,
    ForgetsTheOrderBehind,
    LeavesOutWhatOnePays,
    ListsAnOrderTwice,
    ListsOrdersOldestFirst,
    LosesTheLines,
    SplitsTabsByStatusAlone,
    ListsEveryTabTheSameWay,
    ForgetsTheNextPage,
    OffersTheOwnDate,
    HidesFullDates,
    MovesToOtherCourses,
    ShowsWhoWaitsNoMore,
    KnowsOnlyAFewOffers,
    ListsModulesByKey,
    TrimsTexts,
    RoundsToWholes,
    KeepsMilliseconds,
}

use HostFault as F;

/// A memory that answers everything right but one thing.
#[derive(Debug)]
pub(crate) struct FaultyHost {
    memory: Memory,
    fault: HostFault,
}

impl FaultyHost {
    pub(crate) fn new(memory: Memory, fault: HostFault) -> Self {
        Self { memory, fault }
    }

    fn is(&self, fault: HostFault) -> bool {
        self.fault == fault
    }

    fn seen<T>(&self, mut facts: Loaded<T>) -> Loaded<T> {
        if self.is(F::NeverChangesAVersion) {
            for (_, version) in &mut facts.seen {
                *version = Version::number(1);
            }
        }
        if self.is(F::ForgetsTheOrderBehind) {
            facts
                .seen
                .retain(|(record, _)| !matches!(record, RecordRef::Order(_)));
        }
        facts
    }

    fn told(&self, mut r: Registration) -> Registration {
        match self.fault {
            F::TrimsTexts => r.course.title = r.course.title.trim().into(),
            F::RoundsToWholes => r.price = r.price.map(rounded),
            F::KeepsMilliseconds => {
                r.session.starts_at = r.session.starts_at.trunc_subsecs(3);
            }
            _ => {}
        }
        r
    }
}

fn rounded(price: Money) -> Money {
    Money::new(price.amount().round(), price.currency()).unwrap_or(price)
}

fn all() -> Page {
    Page::first(100)
}

#[async_trait]
impl Directory for FaultyHost {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        self.memory.contact(id).await
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        let found = self.memory.order(id).await?;
        Ok(found.map(|mut facts| {
            if self.is(F::LosesTheLines) {
                facts.value.lines.truncate(1);
            }
            self.seen(facts)
        }))
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        let mut found = self.memory.orders(of, &all()).await?.items;
        match self.fault {
            F::LeavesOutWhatOnePays => {
                found.retain(|o| o.order_contact == *of || o.registrants.contains(of));
            }
            F::ListsAnOrderTwice => {
                let twice = found
                    .iter()
                    .find(|o| o.order_contact == *of && o.registrants.contains(of));
                found.extend(twice.cloned());
            }
            F::ListsOrdersOldestFirst => found.reverse(),
            _ => return self.memory.orders(of, page).await,
        }
        by_offset(found, page)
    }
}

#[async_trait]
impl CourseRecords for FaultyHost {
    async fn registration(
        &self,
        id: &Id<Registration>,
    ) -> Result<Option<Loaded<Registration>>, StoreError> {
        let found = self.memory.registration(id).await?;
        Ok(found.map(|facts| {
            let mut facts = self.seen(facts);
            facts.value = self.told(facts.value);
            facts
        }))
    }

    async fn registrations(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        now: DateTime<Utc>,
        page: &Page,
    ) -> Result<Listing<Registration>, StoreError> {
        let memory = &self.memory;
        match self.fault {
            F::SplitsTabsByStatusAlone => {
                let mut found = vec![];
                for each in [Shelf::Current, Shelf::Completed, Shelf::History] {
                    found.extend(memory.registrations(of, each, now, &all()).await?.items);
                }
                found.retain(|r| match r.status {
                    RegistrationStatus::Active => tab == Shelf::Current,
                    RegistrationStatus::Completed => tab == Shelf::Completed,
                    _ => tab == Shelf::History,
                });
                by_offset(found, page)
            }
            F::ListsEveryTabTheSameWay => {
                let mut found = memory.registrations(of, tab, now, &all()).await?.items;
                found.sort_by_key(|r| r.session.starts_at);
                by_offset(found, page)
            }
            F::ForgetsTheNextPage => {
                let mut found = memory.registrations(of, tab, now, page).await?;
                found.next = None;
                Ok(found)
            }
            _ => memory.registrations(of, tab, now, page).await,
        }
    }

    async fn dates(
        &self,
        id: &Id<Registration>,
        now: DateTime<Utc>,
    ) -> Result<Option<DateChoices>, StoreError> {
        let found = self.memory.dates(id, now).await?;
        Ok(found.map(|mut found| {
            match self.fault {
                F::OffersTheOwnDate => found.dates.push(found.registration.session.clone()),
                F::HidesFullDates => found.dates.retain(|s| s.places_left > 0),
                _ => {}
            }
            found
        }))
    }

    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Result<Option<TransferFacts>, StoreError> {
        let found = self.memory.transfer(id, to).await?;
        Ok(found.map(|mut found| {
            if self.is(F::MovesToOtherCourses) {
                let any = found.registration.value.session.clone();
                found.to = found.to.or(Some(any));
            }
            found
        }))
    }

    async fn waiting(
        &self,
        of: &Id<Contact>,
        page: &Page,
    ) -> Result<Listing<WaitingPlace>, StoreError> {
        if self.is(F::ShowsWhoWaitsNoMore) {
            let mut found = self.memory.waiting(of, &all()).await?.items;
            for n in 0..7 {
                let id = Id::new(format!("w{n}"));
                let place = self.memory.waiting_place(&id).await?;
                found.extend(place.map(|p| p.value).filter(|p| !p.is_active()));
            }
            found.sort_by_key(|place| place.since);
            return by_offset(found, page);
        }
        self.memory.waiting(of, page).await
    }

    async fn waiting_place(
        &self,
        id: &Id<WaitingPlace>,
    ) -> Result<Option<Loaded<WaitingPlace>>, StoreError> {
        let found = self.memory.waiting_place(id).await?;
        Ok(found.map(|facts| self.seen(facts)))
    }

    async fn standing_offers(
        &self,
        page: &Page,
    ) -> Result<Listing<Loaded<WaitingPlace>>, StoreError> {
        if self.is(F::KnowsOnlyAFewOffers) {
            let few = self.memory.standing_offers(&Page::first(5)).await?.items;
            return by_offset(few, page);
        }
        self.memory.standing_offers(page).await
    }

    async fn modules(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        page: &Page,
    ) -> Result<Listing<Module>, StoreError> {
        if self.is(F::ListsModulesByKey) {
            let mut found = self.memory.modules(of, tab, &all()).await?.items;
            found.sort_by(|one, other| one.id.cmp(&other.id));
            return by_offset(found, page);
        }
        self.memory.modules(of, tab, page).await
    }

    async fn module(&self, id: &Id<Module>) -> Result<Option<Module>, StoreError> {
        self.memory.module(id).await
    }
}
