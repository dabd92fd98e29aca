//! The rows of the matrix: everything that can be asked of a desk by an id, and how it is asked.
use std::fmt::Debug;

use portal_core::{
    Command, CustomerDesk, Error, Id, RecordRef,
    accounting::{
        DisconnectOrder, EnteredByHand, ExportOrder, ForgetExport, RelinkOrder, RetryExport,
    },
    accounts::EndSession,
    courses::{
        AcceptPlace, CancelRegistration, CourseAction, LeaveWaitingList, TransferRegistration,
        WaitingAction,
    },
    order::EmailInvoice,
    payment::{
        ApplyMoney, Attempt, CallOffPayment, MakeMethodDefault, Merchant, MethodRef, PayOrder,
        PaymentRef, Received, RefundPayment, RefundReason, RemoveMethod, ReturnParams, SessionRef,
        SettleRefund,
    },
    staff::{
        ApproveRequest, ChangeAccess, Closing, DeclineRequest, Invite, ResetSecondFactor,
        SendActivation, SendInstructions, StaffCommand, StaffDesk,
    },
    store::Page,
};
use portal_testkit::facts::*;

/// What an id in the matrix is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Registration,
    Order,
    WaitingPlace,
    Module,
    /// A date of a course is nobody's: everybody may see it.
    Date,
    Browser,
    Contact,
    Account,
    Request,
    Payment,
    Received,
    Card,
    Contract,
}

/// What customers ask by an id.
pub(super) const FOR_CUSTOMERS: &[(&str, Kind)] = &[
    ("CustomerDesk::order(id)", Kind::Order),
    ("CustomerDesk::invoice(id)", Kind::Order),
    ("CustomerDesk::contract(id)", Kind::Contract),
    ("CourseDesk::registration(id)", Kind::Registration),
    ("CourseDesk::dates_to_pick(id)", Kind::Registration),
    ("CourseDesk::other_dates(id)", Kind::Registration),
    ("CourseDesk::certificate(id)", Kind::Registration),
    ("CourseDesk::explain(id)", Kind::Registration),
    ("CourseDesk::next_change_at(id)", Kind::Registration),
    ("CourseDesk::waiting_place(id)", Kind::WaitingPlace),
    ("CourseDesk::explain_waiting(id)", Kind::WaitingPlace),
    ("CourseDesk::waiting_next_change_at(id)", Kind::WaitingPlace),
    ("CourseDesk::open_module(id)", Kind::Module),
    ("CourseDesk::accept_place", Kind::WaitingPlace),
    ("TransferRegistration.registration", Kind::Registration),
    ("TransferRegistration.from", Kind::Date),
    ("TransferRegistration.to", Kind::Date),
    ("CancelRegistration.registration", Kind::Registration),
    ("CancelRegistration.session", Kind::Date),
    ("AcceptPlace.place", Kind::WaitingPlace),
    ("LeaveWaitingList.place", Kind::WaitingPlace),
    ("EmailInvoice.order", Kind::Order),
    ("EndSession.session", Kind::Browser),
    ("CustomerDesk::pay_page(id)", Kind::Order),
    ("CustomerDesk::payments(id)", Kind::Order),
    ("CustomerDesk::pay", Kind::Order),
    ("CustomerDesk::pay_return", Kind::Payment),
    ("CustomerDesk::remove_method", Kind::Card),
    ("CustomerDesk::make_default_method", Kind::Card),
];

/// What staff ask by an id.
pub(super) const FOR_STAFF: &[(&str, Kind)] = &[
    ("StaffDesk::sign_ins(id)", Kind::Account),
    ("StaffDesk::explain_eligibility(id)", Kind::Contact),
    ("StaffDesk::account_of(id)", Kind::Contact),
    ("Invite.contact", Kind::Contact),
    ("SendInstructions.contact", Kind::Contact),
    ("SendInstructions.about", Kind::Registration),
    ("SendActivation.contact", Kind::Contact),
    ("ApproveRequest.request", Kind::Request),
    ("ApproveRequest.contact", Kind::Contact),
    ("DeclineRequest.request", Kind::Request),
    ("ChangeAccess.account", Kind::Account),
    ("ResetSecondFactor.account", Kind::Account),
    ("StaffDesk::payments(id)", Kind::Order),
    ("StaffDesk::payment_named", Kind::Payment),
    ("StaffDesk::check_payment", Kind::Payment),
    ("StaffDesk::received(id)", Kind::Received),
    ("RefundPayment.received", Kind::Received),
    ("ApplyMoney.received", Kind::Received),
    ("ApplyMoney.order", Kind::Order),
    ("SettleRefund.received", Kind::Received),
    ("CallOffPayment", Kind::Payment),
    ("StaffDesk::export_of(id)", Kind::Order),
    ("StaffDesk::look_into_books(id)", Kind::Order),
    ("ExportOrder.order", Kind::Order),
    ("RetryExport.order", Kind::Order),
    ("DisconnectOrder.order", Kind::Order),
    ("ForgetExport.order", Kind::Order),
    ("RelinkOrder.order", Kind::Order),
    ("EnteredByHand.order", Kind::Order),
    ("EnteredByHand.received", Kind::Received),
];

/// What is asked without one: it is about whoever is signed in, and nobody else can be named.
pub(super) const WITHOUT_AN_ID: &[&str] = &[
    "AccountDesk::change_email",
    "AccountDesk::change_password",
    "AccountDesk::confirm_second_factor",
    "AccountDesk::proof_takes_code",
    "AccountDesk::prove_again",
    "AccountDesk::remove_second_factor",
    "AccountDesk::sessions",
    "AccountDesk::set_up_second_factor",
    "AccountDesk::sign_out",
    "ChooseLanguage",
    "CourseDesk::modules",
    "CourseDesk::registrations",
    "CourseDesk::waiting_list",
    "CustomerDesk::account",
    "CustomerDesk::begin_method_setup",
    "CustomerDesk::courses",
    "CustomerDesk::orders",
    "CustomerDesk::payment_methods",
    "CustomerDesk::profile",
    // Of their own customer: a day is nobody's.
    "CustomerDesk::statement",
    "CustomerDesk::viewer",
    "EndOtherSessions",
    "ProfileDesk::fields",
    "ProfileDesk::form",
    "UpdateProfile",
    // Their forms are rows.
    "CustomerDesk::submit",
    "StaffDesk::submit",
    "StaffDesk::portal_link",
    "StaffDesk::given_up",
    "StaffDesk::messages",
    "StaffDesk::post_held",
    // What it names is in the list of what was given up.
    "StaffDesk::retry",
    "StaffDesk::requests",
    "StaffDesk::unapplied_money",
    "StaffDesk::books",
    "StaffDesk::check_books",
    "StaffDesk::exports_needing_attention",
    // What it names is on a statement.
    "StaffDesk::money_came",
];

/// Something was shown or done, or there was nothing to show.
pub(super) type Asked = Result<bool, Error>;

/// Asks by this id, in the row of this name.
pub(super) async fn ask(row: &str, desk: &CustomerDesk, id: &str) -> Asked {
    let courses = desk.courses()?;
    let form = command(77);
    match row {
        "CustomerDesk::order(id)" => shown(desk.order(&Id::new(id)).await),
        "CustomerDesk::invoice(id)" => shown(desk.invoice(&Id::new(id)).await),
        "CustomerDesk::contract(id)" => shown(desk.contract(&Id::new(id)).await),
        "CourseDesk::registration(id)" => shown(courses.registration(&Id::new(id)).await),
        "CourseDesk::dates_to_pick(id)" => shown(courses.dates_to_pick(&Id::new(id)).await),
        "CourseDesk::other_dates(id)" => shown(courses.other_dates(&Id::new(id)).await),
        "CourseDesk::certificate(id)" => shown(courses.certificate(&Id::new(id)).await),
        "CourseDesk::explain(id)" => {
            let (id, action) = (Id::new(id), CourseAction::Cancel);
            shown(courses.explain(&id, action, today()).await)
        }
        "CourseDesk::next_change_at(id)" => shown(courses.next_change_at(&Id::new(id)).await),
        "CourseDesk::waiting_place(id)" => shown(courses.waiting_place(&Id::new(id)).await),
        "CourseDesk::explain_waiting(id)" => {
            let (id, action) = (Id::new(id), WaitingAction::Accept);
            shown(courses.explain_waiting(&id, action, today()).await)
        }
        "CourseDesk::waiting_next_change_at(id)" => {
            shown(courses.waiting_next_change_at(&Id::new(id)).await)
        }
        "CourseDesk::open_module(id)" => shown(courses.open_module(&Id::new(id)).await),
        "CourseDesk::accept_place" => {
            let form = AcceptPlace::new(form, Id::new(id));
            shown(courses.accept_place(&form).await)
        }
        "TransferRegistration.registration" => {
            let (from, to) = (Id::new("s1"), Id::new("s2"));
            let form = TransferRegistration::new(form, Id::new(id), from, to, SURNAME);
            sent(desk, &form).await
        }
        "TransferRegistration.from" => {
            let (r, to) = (Id::new("r-ours"), Id::new("s2"));
            sent(
                desk,
                &TransferRegistration::new(form, r, Id::new(id), to, SURNAME),
            )
            .await
        }
        "TransferRegistration.to" => {
            let (r, from) = (Id::new("r-ours"), Id::new("s1"));
            sent(
                desk,
                &TransferRegistration::new(form, r, from, Id::new(id), SURNAME),
            )
            .await
        }
        "CancelRegistration.registration" => {
            let on = Id::new("s1");
            sent(
                desk,
                &CancelRegistration::new(form, Id::new(id), on, SURNAME),
            )
            .await
        }
        "CancelRegistration.session" => {
            let r = Id::new("r-ours");
            sent(
                desk,
                &CancelRegistration::new(form, r, Id::new(id), SURNAME),
            )
            .await
        }
        "AcceptPlace.place" => sent(desk, &AcceptPlace::new(form, Id::new(id))).await,
        "LeaveWaitingList.place" => sent(desk, &LeaveWaitingList::new(form, Id::new(id))).await,
        "EmailInvoice.order" => sent(desk, &EmailInvoice::new(form, Id::new(id))).await,
        "EndSession.session" => sent(desk, &EndSession::new(form, Id::new(id))).await,
        "CustomerDesk::pay_page(id)" => shown(desk.pay_page(&Id::new(id)).await),
        "CustomerDesk::payments(id)" => {
            let found = desk.payments(&Id::new(id)).await;
            found.map(|payments| !payments.is_empty())
        }
        "CustomerDesk::pay" => {
            let (url, seen) = (
                "https://portal.example",
                "EUR.12000.00000000000000000000000000000000"
                    .parse()
                    .unwrap(),
            );
            let form = PayOrder::new(form, Id::new(id), "any", seen, url, url);
            shown(desk.pay(&form).await)
        }
        "CustomerDesk::pay_return" => {
            let came = ReturnParams::query(vec![("session".to_owned(), id.to_owned())]);
            shown(desk.pay_return("any", &came).await)
        }
        "CustomerDesk::remove_method" => {
            let form = RemoveMethod::new(form, "any", MethodRef::new(id));
            shown(desk.remove_method(&form).await)
        }
        "CustomerDesk::make_default_method" => {
            let form = MakeMethodDefault::new(form, "any", MethodRef::new(id));
            shown(desk.make_default_method(&form).await)
        }
        _ => panic!("nobody says how to ask for {row}"),
    }
}

/// Asks by this id, in the row of this name, of staff.
pub(super) async fn ask_staff(row: &str, desk: &StaffDesk, id: &str) -> Asked {
    let form = command(77);
    match row {
        "StaffDesk::sign_ins(id)" => {
            let rows = desk.sign_ins(Some(Id::new(id)), &Page::default()).await;
            rows.map(|found| !found.items.is_empty())
        }
        "StaffDesk::explain_eligibility(id)" => shown(desk.explain_eligibility(&Id::new(id)).await),
        "StaffDesk::account_of(id)" => desk.account_of(&Id::new(id)).await.map(|a| a.is_some()),
        "Invite.contact" => settled(desk, &Invite::new(form, Id::new(id))).await,
        "SendInstructions.contact" => {
            let about = RecordRef::Registration(Id::new("r-ours"));
            settled(desk, &SendInstructions::new(form, Id::new(id), about)).await
        }
        "SendInstructions.about" => {
            let about = RecordRef::Registration(Id::new(id));
            settled(desk, &SendInstructions::new(form, Id::new("rita"), about)).await
        }
        "SendActivation.contact" => settled(desk, &SendActivation::new(form, Id::new(id))).await,
        "ApproveRequest.request" => settled(desk, &ApproveRequest::new(form, Id::new(id))).await,
        "ApproveRequest.contact" => {
            let form = ApproveRequest::new(form, Id::new("q-ours")).of(Id::new(id));
            settled(desk, &form).await
        }
        "DeclineRequest.request" => settled(desk, &DeclineRequest::new(form, Id::new(id))).await,
        "ChangeAccess.account" => {
            settled(desk, &ChangeAccess::new(form, Id::new(id), Closing::Close)).await
        }
        "ResetSecondFactor.account" => {
            settled(desk, &ResetSecondFactor::new(form, Id::new(id))).await
        }
        "StaffDesk::payments(id)" => {
            let found = desk.payments(&Id::new(id)).await;
            found.map(|payments| !payments.is_empty())
        }
        "StaffDesk::payment_named" => shown(desk.payment_named("any", &SessionRef::new(id)).await),
        "StaffDesk::check_payment" => {
            let attempt = Attempt(id.parse().unwrap_or_default());
            shown(desk.check_payment(attempt).await)
        }
        "StaffDesk::received(id)" => shown(desk.received(&Id::new(id)).await),
        "ApplyMoney.received" => {
            let form = ApplyMoney::new(form, Id::new(id), Id::new("o-ours"));
            settled(desk, &form).await
        }
        "ApplyMoney.order" => settled(desk, &ApplyMoney::new(form, ours(), Id::new(id))).await,
        "SettleRefund.received" => {
            let refund = command(0).derive("refund");
            let form = SettleRefund::new(form, Id::new(id), refund, true);
            settled(desk, &form).await
        }
        "CallOffPayment" => {
            let attempt = Attempt(id.parse().unwrap_or_default());
            settled(desk, &CallOffPayment::new(form, attempt)).await
        }
        "StaffDesk::export_of(id)" => shown(desk.export_of(&Id::new(id)).await),
        "StaffDesk::look_into_books(id)" => shown(desk.look_into_books(&Id::new(id)).await),
        "ExportOrder.order" => settled(desk, &ExportOrder::new(form, Id::new(id))).await,
        "RetryExport.order" => settled(desk, &RetryExport::new(form, Id::new(id))).await,
        "DisconnectOrder.order" => settled(desk, &DisconnectOrder::new(form, Id::new(id))).await,
        "ForgetExport.order" => settled(desk, &ForgetExport::new(form, Id::new(id))).await,
        "EnteredByHand.order" => {
            settled(desk, &EnteredByHand::new(form, Id::new(id), ours())).await
        }
        "EnteredByHand.received" => {
            settled(
                desk,
                &EnteredByHand::new(form, Id::new("o-ours"), Id::new(id)),
            )
            .await
        }
        "RelinkOrder.order" => settled(desk, &RelinkOrder::new(form, Id::new(id))).await,
        "RefundPayment.received" => {
            let why = RefundReason::RequestedByCustomer;
            let form = RefundPayment::new(form, Id::new(id), eur(100), why);
            settled(desk, &form).await
        }
        _ => panic!("nobody says how to ask for {row}"),
    }
}

/// What was received in the case at hand.
fn ours() -> Id<Received> {
    Received::key(&Merchant::test("any"), &PaymentRef::new("ours"))
}

fn shown(answer: Result<impl Debug, Error>) -> Asked {
    answer.map(|_| true)
}

async fn sent(desk: &CustomerDesk, form: &impl Command) -> Asked {
    shown(desk.submit(form).await)
}

async fn settled(desk: &StaffDesk, form: &impl StaffCommand) -> Asked {
    shown(desk.submit(form).await)
}
