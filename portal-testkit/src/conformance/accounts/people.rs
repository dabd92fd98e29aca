//! [`People`](portal_core::accounts::People), [`ProfileRecords`](portal_core::profile::ProfileRecords), and what decisions change about people.
use portal_core::{
    Contact, Id, Loaded, StoreError,
    accounts::{AccountChange, Applicant, ContactChange, Person},
    profile::{FieldValue, Value},
    refusal::{PortalRefusal, Refusal, Refusals},
};

use super::{
    super::scene::{apply, conflict, yes, yes_with_mail},
    scene::{kept, open, opened, sign_in},
    values,
};
use crate::{
    Facts, World,
    facts::{access, contact, days, email, login, person, phone, standing, today},
};

/// "A person and what their customer record says", with everything that is asked of a record.
pub async fn a_person_is_there_with_their_record(world: &dyn World) {
    let mut other = person("ben");
    let mut record = portal_core::accounts::Standing::new();
    record.portal_option = false;
    record.phone_shared = true;
    record.quotes = 7;
    record.changed_at = Some(today() - days(1));
    other.standing = record;
    let facts = Facts::new().person(person("ana")).person(other.clone());
    world.put(facts).await;
    let people = world.people();
    for expected in [person("ana"), other] {
        let found = people.person(&expected.contact.id).await.unwrap();
        assert_eq!(found, Some(expected));
    }
    let nobody = people.person(&Id::new("nobody")).await.unwrap();
    assert_eq!(nobody, None);

    let mut changed = person("ana");
    changed.standing.contracts = 0;
    changed.standing.portal_option = false;
    world.put(Facts::new().person(changed.clone())).await;
    let found = people.person(&Id::new("ana")).await.unwrap();
    assert_eq!(found, Some(changed));
}

/// "Those whose main number this is": all of them, where several have it.
pub async fn people_are_found_by_their_number(world: &dyn World) {
    let shared = phone("+18135550100");
    let mut facts = Facts::new().person(person("cleo"));
    for who in ["ana", "ben"] {
        let mut person = person(who);
        person.standing.phone = Some(shared.clone());
        person.standing.phone_shared = true;
        facts = facts.person(person);
    }
    world.put(facts).await;
    let people = world.people();
    assert_eq!(names(people.by_phone(&shared).await), ["ana", "ben"]);
    let own = standing("cleo").phone.unwrap();
    assert_eq!(names(people.by_phone(&own).await), ["cleo"]);
    let nobodys = phone("+18135550101");
    assert!(names(people.by_phone(&nobodys).await).is_empty());
    let found = people.by_phone(&own).await.unwrap();
    assert_eq!(found, [person("cleo")], "with their record");
}

/// "Those whose address this is": all of them, where several have it, and nobody whose address is like it.
pub async fn people_are_found_by_their_address(world: &dyn World) {
    let mut facts = Facts::new().person(person("cleo"));
    for who in ["ana", "ben"] {
        let mut person = person(who);
        person.contact.email = Some("office@acme.example".into());
        person.standing.email = Some(email("office@acme.example"));
        facts = facts.person(person);
    }
    world.put(facts).await;
    let people = world.people();
    let by = async |address: &str| names(people.by_email(&email(address)).await);
    assert_eq!(by("Office@acme.example").await, ["ana", "ben"]);
    assert_eq!(by("cleo@acme.example").await, ["cleo"]);
    for nobodys in ["ana@acme.example", "office_@acme.example", "o@acme.example"] {
        assert!(by(nobodys).await.is_empty(), "{nobodys}");
    }
}

/// [`ContactChange::Added`]: "somebody new"; from then on they are found by the key the portal proposed, and by their address.
pub async fn somebody_new_is_a_person_from_then_on(world: &dyn World) {
    let id = Id::new("new-1");
    let applicant = values::talkative("new-1").applicant;
    let account = new_account(&applicant);
    apply(
        world,
        yes(1).changed(added("new-1", &applicant)).changed(account),
    )
    .await;

    let person = world.people().person(&id).await.unwrap().unwrap();
    let known = world.directory().contact(&id).await.unwrap().unwrap();
    for contact in [&person.contact, &known.value] {
        assert_eq!(contact.email.as_deref(), Some(applicant.email.as_str()));
        assert_eq!(contact.given_name, applicant.given_name);
        assert_eq!(contact.surname.as_str(), applicant.surname);
    }
    let found = world.people().by_email(&applicant.email).await.unwrap();
    assert_eq!(found, [person]);
}

/// [`ContactChange::EmailChanged`]: "they have another e-mail address", on every record that has one.
pub async fn another_address_reaches_the_record(world: &dyn World) {
    open(world, 1, "ana").await;
    open(world, 2, "ben").await;
    let before = directory(world, "ana").await;
    apply(world, yes(3).given(&before).changed(moved("ana"))).await;

    let new = email("ana@home.example");
    let now = directory(world, "ana").await;
    assert_eq!(now.value.email.as_deref(), Some(new.as_str()));
    let people = world.people();
    assert_eq!(names(people.by_email(&new).await), ["ana"]);
    let old = email("ana@acme.example");
    assert!(names(people.by_email(&old).await).is_empty());
    let ben = people.person(&Id::new("ben")).await.unwrap();
    assert_eq!(ben, Some(person("ben")));
    conflict(world, yes(4).given(&before)).await;
    apply(world, yes(5).given(&now)).await;
}

/// [`ContactChange::ProfileUpdated`]: "these fields of the form have these values now", the others stay, and the record is another version.
pub async fn a_profile_has_the_values_it_was_given(world: &dyn World) {
    let first = vec![
        FieldValue::new("nickname", Value::Text("Ani".into())),
        FieldValue::new("newsletter", Value::Flag(true)),
    ];
    world.put(Facts::new().profile(contact("ana"), first)).await;
    world
        .put(Facts::new().profile(contact("ben"), vec![]))
        .await;
    let before = profile(world, "ana").await;
    let all = values::every_value();
    let update = |fields: Vec<FieldValue>| ContactChange::ProfileUpdated {
        contact: Id::new("ana"),
        fields,
    };
    let decision = yes(1).given(&before).changed(update(all.clone()));
    apply(world, decision).await;

    let now = profile(world, "ana").await;
    assert_eq!(field(&now, "nickname"), Value::Text("Ani".into()));
    assert_eq!(field(&now, "newsletter"), Value::Flag(true));
    for each in &all {
        assert!(field(&now, &each.field) == each.value, "{}", each.field);
    }
    conflict(world, yes(2).given(&before).changed(update(vec![]))).await;
    let emptied = vec![FieldValue::new("nickname", Value::Empty)];
    apply(world, yes(3).given(&now).changed(update(emptied))).await;
    let now = profile(world, "ana").await;
    assert_eq!(field(&now, "nickname"), Value::Empty);
    assert_eq!(field(&now, "newsletter"), Value::Flag(true));
    let bens = profile(world, "ben").await.value;
    assert!(bens.iter().all(|each| each.value == Value::Empty));
    let nobody = world.profiles().profile(&Id::new("nobody")).await.unwrap();
    assert_eq!(nobody, None);
}

/// [`StoreError::Rejected`]: "the host's own routine will not have it, for these reasons. Nothing was written", in whatever order it was asked.
pub async fn a_change_the_host_rejects_leaves_nothing(world: &dyn World) {
    open(world, 1, "ana").await;
    sign_in(world, login("laptop")).await;
    let before = kept(world, &[]).await;
    let why = Refusals::from(Refusal::from(PortalRefusal::Disabled));
    world.reject_contact_changes(Some(why.clone())).await;

    let logins = AccountChange::LoginsChanged {
        account: access("ana").account,
        email: Some(email("ana@home.example")),
        phone: None,
    };
    let applicant = Applicant::new(email("new@new.example"), "New", "Person");
    let decisions = [
        yes_with_mail(2)
            .changed(moved("ana"))
            .changed(logins.clone()),
        yes_with_mail(3)
            .changed(logins.clone())
            .changed(moved("ana")),
        yes_with_mail(4)
            .changed(new_account(&applicant))
            .changed(added("new-1", &applicant)),
    ];
    for decision in decisions {
        let receipt = decision.command;
        match world.store().commit(decision).await {
            Err(StoreError::Rejected(refusals)) => assert_eq!(*refusals, why),
            other => panic!("{other:?}"),
        }
        assert_eq!(kept(world, &[]).await, before);
        assert_eq!(world.store().receipt(receipt).await.unwrap(), None);
        let nobody = world.people().by_email(&applicant.email).await.unwrap();
        assert!(nobody.is_empty());
    }

    world.reject_contact_changes(None).await;
    apply(
        world,
        yes_with_mail(2).changed(moved("ana")).changed(logins),
    )
    .await;
}

/// What cannot be done to a person that is not there undoes the whole decision.
pub async fn a_change_of_nobody_undoes_the_whole_decision(world: &dyn World) {
    open(world, 1, "ana").await;
    let before = kept(world, &[]).await;
    let nobodys = [
        moved("nobody"),
        ContactChange::ProfileUpdated {
            contact: Id::new("nobody"),
            fields: vec![FieldValue::new("nickname", Value::Text("N".into()))],
        },
    ];
    for change in nobodys {
        let decision = yes_with_mail(2).changed(moved("ana")).changed(change);
        let ended = world.store().commit(decision).await;
        assert!(ended.is_err(), "{ended:?}");
        assert_eq!(kept(world, &[]).await, before);
    }
}

pub(super) fn moved(contact: &str) -> ContactChange {
    ContactChange::EmailChanged {
        contact: Id::new(contact),
        email: email(&format!("{contact}@home.example")),
    }
}

fn added(contact: &str, applicant: &Applicant) -> ContactChange {
    ContactChange::Added {
        contact: Id::new(contact),
        applicant: Box::new(applicant.clone()),
    }
}

fn new_account(applicant: &Applicant) -> AccountChange {
    opened(&access("new-1").with_email(Some(applicant.email.clone())))
}

pub(super) async fn directory(world: &dyn World, contact: &str) -> Loaded<Contact> {
    let found = world.directory().contact(&Id::new(contact)).await;
    found.unwrap().unwrap()
}

pub(super) async fn profile(world: &dyn World, contact: &str) -> Loaded<Vec<FieldValue>> {
    let found = world.profiles().profile(&Id::new(contact)).await;
    found.unwrap().unwrap()
}

/// "A field that is left out is empty."
fn field(profile: &Loaded<Vec<FieldValue>>, field: &str) -> Value {
    let mut found = profile.value.iter().filter(|each| each.field == field);
    let value = found.next().map_or(Value::Empty, |each| each.value.clone());
    assert!(found.next().is_none(), "{field} is there twice");
    value
}

fn names(found: Result<Vec<Person>, StoreError>) -> Vec<String> {
    let found = found.unwrap();
    let mut names: Vec<_> = found.iter().map(|p| p.contact.id.to_string()).collect();
    names.sort();
    names
}
