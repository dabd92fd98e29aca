//! People in mirror tables: what the host says of them, and what they changed themselves.
use std::sync::Arc;

use portal_core::{
    Contact, Decision, Id, Store,
    accounts::{ContactChange, FieldValue, People, Person, Standing},
    details::EmailAddress,
    profile::{ProfileRecords, Value},
};
use portal_store::{
    Import, Imported,
    sqlite::{MirrorTables, SqliteStore},
};
use portal_testkit::facts::{
    RegistrationFacts, contact, customer_of, email, person, phone, registration, request, session,
};

use crate::host::{Place, yes};

struct Mirror {
    place: Place,
    tables: MirrorTables,
    store: SqliteStore,
}

async fn mirror() -> Mirror {
    let place = Place::new().await;
    let tables = MirrorTables::new(&place.db, "nightly");
    let store = place.db.tenant("nightly", Arc::new(tables.clone()));
    Mirror {
        place,
        tables,
        store,
    }
}

fn ana() -> Id<Contact> {
    Id::new("ana")
}

/// Ana has another address since.
fn moved(n: u128) -> Decision {
    yes(n).changed(ContactChange::EmailChanged {
        contact: ana(),
        email: email("ana@new.example"),
    })
}

/// Ana's motto is this now.
fn motto(n: u128, text: &str) -> Decision {
    yes(n).changed(ContactChange::ProfileUpdated {
        contact: ana(),
        fields: vec![field("motto", text)],
    })
}

fn field(key: &str, text: &str) -> FieldValue {
    FieldValue::new(key, Value::Text(text.into()))
}

impl Mirror {
    async fn import(&self, batch: Import) -> Imported {
        self.tables.import(batch).await.unwrap()
    }

    async fn ana(&self) -> Person {
        self.tables.person(&ana()).await.unwrap().unwrap()
    }

    async fn at(&self, address: &str) -> Vec<Id<Contact>> {
        let found = self.tables.by_email(&email(address)).await.unwrap();
        found.into_iter().map(|person| person.contact.id).collect()
    }

    async fn profile(&self) -> Vec<FieldValue> {
        let found = self.tables.profile(&ana()).await.unwrap();
        found.unwrap().value
    }
}

fn addresses(person: &Person) -> [Option<EmailAddress>; 2] {
    let own = person.contact.email.as_deref();
    let own = own.map(|own| EmailAddress::parse(own).unwrap());
    [own, person.standing.email.clone()]
}

/// 001-08: who is not known to have the portal switched on does not come in.
#[tokio::test]
async fn a_person_of_whose_record_nothing_was_said_has_the_portal_switched_off() {
    let m = mirror().await;
    m.import(Import::new().contact(contact("ana"))).await;
    assert!(!m.ana().await.standing.portal_option);
    assert_eq!(m.at("ana@acme.example").await, [ana()]);
    m.import(Import::new().person(person("ana"))).await;
    assert!(m.ana().await.standing.portal_option);
}

#[tokio::test]
async fn somebody_mentioned_elsewhere_keeps_what_their_record_says() {
    let m = mirror().await;
    m.import(Import::new().person(person("ana"))).await;
    let mentioned = registration("r1")
        .of(&person("ana").contact)
        .on(session("s1"));
    m.import(Import::new().registration(mentioned)).await;
    assert_eq!(m.ana().await, person("ana"));
}

/// 001-05
#[tokio::test]
async fn a_number_is_shared_when_another_customer_has_it_and_not_when_a_colleague_does() {
    let m = mirror().await;
    let with = |id: &str, customer: &str| {
        let mut with = person(id);
        with.contact.customer = Id::new(customer);
        with.standing.phone = Some(phone("+18135551234"));
        with
    };
    let colleagues = Import::new()
        .person(with("ana", "c1"))
        .person(with("ben", "c1"));
    m.import(colleagues).await;
    assert!(!m.ana().await.standing.phone_shared);
    m.import(Import::new().person(with("eve", "c2"))).await;
    assert!(m.ana().await.standing.phone_shared);
    let found = m.tables.by_phone(&phone("+18135551234")).await.unwrap();
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|person| person.standing.phone_shared));
    let found = m.tables.by_email(&email("eve@acme.example")).await.unwrap();
    assert!(found.iter().all(|person| person.standing.phone_shared));
    m.import(Import::new().person(with("eve", "c1"))).await;
    assert!(!m.ana().await.standing.phone_shared);

    let mut told = with("ana", "c1");
    told.standing.phone_shared = true;
    m.import(Import::new().person(told)).await;
    assert!(
        m.ana().await.standing.phone_shared,
        "the host's word counts"
    );
}

/// 001-05: what anybody may type must not shut the door to somebody else.
#[tokio::test]
async fn whoever_signs_up_with_anothers_number_does_not_make_it_a_shared_one() {
    let m = mirror().await;
    m.import(Import::new().person(person("ana"))).await;
    let mut applicant = request("eve").applicant;
    applicant.phone = person("ana").standing.phone;
    let applicant = Box::new(applicant);
    let contact = Id::new("eve");
    let added = yes(1).changed(ContactChange::Added { contact, applicant });
    m.store.commit(added).await.unwrap();
    assert!(!m.ana().await.standing.phone_shared);
    let number = person("ana").standing.phone.unwrap();
    let found = m.tables.by_phone(&number).await.unwrap();
    assert_eq!(found, [person("ana")]);
    assert_eq!(m.at("eve@new.example").await, [Id::new("eve")]);

    let eve = m.tables.person(&Id::new("eve")).await.unwrap().unwrap();
    assert_eq!(eve.contact.customer, Id::new("eve"));
    m.import(Import::new().contact(eve.contact.clone())).await;
    assert!(
        !m.ana().await.standing.phone_shared,
        "the record was not told of"
    );
    let told = m.import(Import::new().person(eve)).await;
    assert_eq!(told.changed, 1);
    assert!(m.ana().await.standing.phone_shared, "now the host says so");
}

/// 000-54: what was changed here is not undone by an import that was on its way.
#[tokio::test]
async fn a_late_import_does_not_bring_a_former_address_back_and_still_closes_the_door() {
    let m = mirror().await;
    m.import(Import::new().person(person("ana"))).await;
    m.store.commit(moved(1)).await.unwrap();
    let new = Some(email("ana@new.example"));
    assert_eq!(addresses(&m.ana().await), [new.clone(), new.clone()]);
    assert_eq!(m.at("ana@new.example").await, [ana()]);
    assert!(m.at("ana@acme.example").await.is_empty());

    let late = m.import(Import::new().person(person("ana"))).await;
    assert_eq!((late.outdated, late.changed), (1, 0));
    assert_eq!(addresses(&m.ana().await), [new.clone(), new.clone()]);

    let mut closed = person("ana");
    closed.standing.portal_option = false;
    let late = m.import(Import::new().person(closed)).await;
    assert_eq!(late.changed, 1);
    let now = m.ana().await;
    assert!(!now.standing.portal_option);
    assert_eq!(addresses(&now), [new.clone(), new]);
}

#[tokio::test]
async fn an_address_the_host_names_after_it_has_heard_of_the_change_counts_again() {
    let m = mirror().await;
    m.import(Import::new().person(person("ana"))).await;
    m.store.commit(moved(1)).await.unwrap();
    let mut heard = person("ana");
    heard.contact.email = Some("ana@new.example".into());
    heard.standing.email = Some(email("ana@new.example"));
    m.import(Import::new().person(heard)).await;
    m.import(Import::new().person(person("ana"))).await;
    assert_eq!(m.ana().await, person("ana"));
}

#[tokio::test]
async fn a_host_that_means_the_former_address_says_so() {
    let m = mirror().await;
    m.import(Import::new().person(person("ana"))).await;
    m.store.commit(moved(1)).await.unwrap();
    let meant = Import::new()
        .person(person("ana"))
        .overruling_contact(ana());
    m.import(meant).await;
    assert_eq!(m.ana().await, person("ana"));
    assert!(m.at("ana@new.example").await.is_empty());
}

/// 000-54
#[tokio::test]
async fn a_late_import_keeps_the_fields_that_were_changed_here_and_takes_the_others() {
    let m = mirror().await;
    let told = |motto: &str, team: &str| {
        Import::new()
            .contact(contact("ana"))
            .profile(ana(), vec![field("motto", motto), field("team", team)])
    };
    assert_eq!(m.import(told("first", "red")).await.added, 2);
    m.store.commit(motto(1, "second")).await.unwrap();
    m.store.commit(motto(2, "third")).await.unwrap();
    let late = m.import(told("second", "blue")).await;
    assert_eq!((late.changed, late.unchanged), (1, 1));
    assert_eq!(
        m.profile().await,
        [field("motto", "third"), field("team", "blue")]
    );
    let late = m.import(told("first", "blue")).await;
    assert_eq!((late.outdated, late.unchanged), (1, 1));
    assert_eq!(m.import(told("third", "blue")).await.unchanged, 2);
    m.import(told("first", "blue")).await;
    assert_eq!(
        m.profile().await,
        [field("motto", "first"), field("team", "blue")]
    );
}

#[tokio::test]
async fn a_field_the_host_leaves_out_is_empty_unless_it_was_empty_before_it_was_changed_here() {
    let m = mirror().await;
    let told = |fields| Import::new().contact(contact("ana")).profile(ana(), fields);
    m.import(told(vec![field("team", "red")])).await;
    m.store.commit(motto(1, "first")).await.unwrap();
    m.import(told(vec![])).await;
    assert_eq!(m.profile().await, [field("motto", "first")]);
    m.import(told(vec![]).overruling_contact(ana())).await;
    assert_eq!(m.profile().await, []);
}

#[tokio::test]
async fn the_order_in_which_fields_are_told_says_nothing() {
    let m = mirror().await;
    let (motto, team) = (field("motto", "first"), field("team", "red"));
    let told = |fields| Import::new().contact(contact("ana")).profile(ana(), fields);
    m.import(told(vec![team.clone(), motto.clone()])).await;
    assert_eq!(m.profile().await, [motto.clone(), team.clone()]);
    assert_eq!(m.import(told(vec![motto, team])).await.unchanged, 2);
}

/// 000-54: the address of their own and the one on the record are late each by itself.
#[tokio::test]
async fn a_late_import_may_name_a_new_address_on_the_record_beside_a_former_one_of_their_own() {
    let m = mirror().await;
    m.import(Import::new().person(person("ana"))).await;
    m.store.commit(moved(1)).await.unwrap();
    let mut told = person("ana");
    told.standing.email = Some(email("office@acme.example"));
    m.import(Import::new().person(told)).await;
    let now = [email("ana@new.example"), email("office@acme.example")];
    assert_eq!(addresses(&m.ana().await), now.map(Some));
}

/// T27
#[tokio::test]
async fn people_of_one_tenant_are_not_anothers() {
    let m = mirror().await;
    m.import(Import::new().person(person("ana"))).await;
    let other = MirrorTables::new(&m.place.db, "weekly");
    let number = person("ana").standing.phone.unwrap();
    assert_eq!(other.person(&ana()).await.unwrap(), None);
    assert!(other.by_phone(&number).await.unwrap().is_empty());
    let address = email("ana@acme.example");
    assert!(other.by_email(&address).await.unwrap().is_empty());
    let mut theirs = person("eve");
    theirs.contact.customer = customer_of("eve");
    theirs.standing = Standing::new();
    theirs.standing.phone = Some(number);
    other.import(Import::new().person(theirs)).await.unwrap();
    assert!(!m.ana().await.standing.phone_shared);
}
