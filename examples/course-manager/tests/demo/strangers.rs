use course_manager::{CourseManager, strangers};
use portal_core::{
    CommandId, Contact, Error, Id, StoreError,
    courses::{CancelRegistration, TransferRegistration},
    order::EmailInvoice,
};
use rusqlite::Connection;
use uuid::Uuid;

use super::{desk, folder, opened};

type Lookup<T> = fn(&Connection, &Id<Contact>) -> Result<Option<Id<T>>, StoreError>;

async fn theirs<T: 'static>(manager: &CourseManager, find: Lookup<T>) -> Id<T> {
    let me = Id::new("P-0001");
    let found = manager.db.read(move |conn| find(conn, &me)).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_there() {
    let folder = folder();
    let manager = opened(&folder).await;
    let desk = desk(&manager, "P-0001").await;
    let order = theirs(&manager, strangers::order).await;
    let registration = theirs(&manager, strangers::registration).await;
    let module = theirs(&manager, strangers::module).await;
    let form = || CommandId(Uuid::new_v4());

    let courses = desk.courses().unwrap();
    assert!(matches!(desk.order(&order).await, Err(Error::NotFound)));
    assert!(matches!(
        courses.registration(&registration).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        courses.certificate(&registration).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        courses.other_dates(&registration).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        courses.open_module(&module).await,
        Err(Error::NotFound)
    ));
    let invoice = EmailInvoice::new(form(), order);
    assert!(matches!(desk.submit(&invoice).await, Err(Error::NotFound)));
    let cancel = CancelRegistration::new(
        form(),
        registration.clone(),
        Id::new("S-002"),
        "Núñez-O’Farrell",
    );
    assert!(matches!(desk.submit(&cancel).await, Err(Error::NotFound)));
    let to = Id::new("S-001");
    let from = Id::new("S-002");
    let transfer = TransferRegistration::new(form(), registration, from, to, "Núñez-O’Farrell");
    assert!(matches!(desk.submit(&transfer).await, Err(Error::NotFound)));
}
