//! What each role of staff may.
use std::collections::BTreeSet;

use portal_core::{
    CommandId, Error, Id, Page, RecordRef,
    accounting::{
        DisconnectOrder, EnteredByHand, ExportOrder, ForgetExport, RelinkOrder, RetryExport,
    },
    accounts::RequestState,
    effect::Recipient,
    payment::{
        Attempt, Merchant, Observation, PaymentRef, PaymentState, RefundPayment, RefundReason,
        SessionRef,
    },
    staff::{
        ApproveRequest, ChangeAccess, Closing, DeclineRequest, Invite, ResetSecondFactor,
        SendActivation, SendInstructions, Staff, StaffAction, StaffCommand, StaffDesk, StaffRole,
    },
};

use portal_testkit::facts::*;
use uuid::Uuid;

use super::house::*;

const BOTH: [StaffRole; 2] = [StaffRole::Support, StaffRole::Admin];

/// Who may what: every action, and whether support may; admins may all of it.
const TABLE: [(StaffAction, bool); 15] = [
    (StaffAction::Invite, true),
    (StaffAction::Activate, true),
    (StaffAction::AnswerRequests, false),
    (StaffAction::CloseAccounts, false),
    (StaffAction::SignOutCustomers, true),
    (StaffAction::ResetSecondFactors, false),
    (StaffAction::ReadSignIns, true),
    (StaffAction::ExplainEligibility, true),
    (StaffAction::SeeMessages, true),
    (StaffAction::RetryMessages, true),
    (StaffAction::SeePayments, true),
    (StaffAction::RecordPayments, false),
    (StaffAction::Refund, false),
    (StaffAction::SeeExports, true),
    (StaffAction::MendExports, false),
];

fn nobody() -> Staff {
    let mut nobody = Staff::new("olga", StaffRole::Support);
    nobody.roles = BTreeSet::new();
    nobody
}

/// 004-04
#[test]
fn every_action_is_for_these_roles() {
    let listed: Vec<_> = TABLE.iter().map(|(action, _)| *action).collect();
    assert_eq!(listed, StaffAction::ALL);
    for (action, support) in TABLE {
        assert_eq!(StaffRole::Support.may(action), support, "{action:?}");
        assert!(StaffRole::Admin.may(action), "{action:?}");
        assert!(!nobody().may(action), "{action:?}");
    }
}

/// D7
#[test]
fn of_two_roles_one_has_the_powers_of_both() {
    let [one, other] = BOTH;
    for both in [
        Staff::new("olga", one).and(other),
        Staff::new("olga", other).and(one),
    ] {
        for action in StaffAction::ALL {
            let either = one.may(*action) || other.may(*action);
            assert_eq!(both.may(*action), either, "{action:?}");
        }
    }
}

fn forms(house: &House) -> Vec<Box<dyn StaffCommand>> {
    let ana = || Id::new("nobody");
    let about = RecordRef::Contact(ana());
    let access = |closing| ChangeAccess::new(house.form(), Id::new("none"), closing);
    vec![
        Box::new(Invite::new(house.form(), ana())),
        Box::new(SendInstructions::new(house.form(), ana(), about)),
        Box::new(SendActivation::new(house.form(), ana())),
        Box::new(ApproveRequest::new(house.form(), Id::new("none"))),
        Box::new(DeclineRequest::new(house.form(), Id::new("none"))),
        Box::new(access(Closing::Close)),
        Box::new(access(Closing::Reopen)),
        Box::new(access(Closing::SignOutEverywhere)),
        Box::new(ResetSecondFactor::new(house.form(), Id::new("none"))),
        Box::new(RefundPayment::new(
            house.form(),
            Id::new("none"),
            eur(100),
            RefundReason::Other,
        )),
        Box::new(ExportOrder::new(house.form(), Id::new("none"))),
        Box::new(RetryExport::new(house.form(), Id::new("none"))),
        Box::new(DisconnectOrder::new(house.form(), Id::new("none"))),
        Box::new(ForgetExport::new(house.form(), Id::new("none"))),
        Box::new(RelinkOrder::new(house.form(), Id::new("none"))),
        Box::new(EnteredByHand::new(
            house.form(),
            Id::new("none"),
            Id::new("none"),
        )),
    ]
}

fn came() -> Observation {
    let (merchant, payment) = (Merchant::test("any"), PaymentRef::new("entry 1"));
    let state = PaymentState::Succeeded;
    Observation::new(merchant, payment, state, eur(100), today())
}

/// Refused for the role, or allowed as far as "there is no such thing".
fn allowed<T>(answer: Result<T, Error>) -> bool {
    match answer {
        Ok(_) | Err(Error::NotFound) => true,
        Err(Error::Refused(no)) if no.codes() == ["account.not-your-role"] => false,
        Err(other) => panic!("{other}"),
    }
}

async fn reads(desk: &StaffDesk, form: CommandId) -> Vec<(StaffAction, bool)> {
    let (page, nobody) = (Page::default(), Id::new("nobody"));
    let requests = desk.requests(RequestState::Pending, &page).await;
    vec![
        (StaffAction::AnswerRequests, allowed(requests)),
        (
            StaffAction::ReadSignIns,
            allowed(desk.sign_ins(None, &page).await),
        ),
        (
            StaffAction::ReadSignIns,
            allowed(desk.account_of(&nobody).await),
        ),
        (
            StaffAction::ExplainEligibility,
            allowed(desk.explain_eligibility(&nobody).await),
        ),
        (
            StaffAction::SeeMessages,
            allowed(desk.messages(&Recipient::Staff, &page).await),
        ),
        (
            StaffAction::SeeMessages,
            allowed(desk.given_up(&page).await),
        ),
        (StaffAction::SeeMessages, allowed(desk.post_held())),
        (
            StaffAction::RetryMessages,
            allowed(desk.retry(form, Uuid::nil()).await),
        ),
        (
            StaffAction::SeePayments,
            allowed(desk.payments(&Id::new("none")).await),
        ),
        (
            StaffAction::SeePayments,
            allowed(desk.unapplied_money(&page).await),
        ),
        (
            StaffAction::SeePayments,
            allowed(desk.received(&Id::new("none")).await),
        ),
        (
            StaffAction::SeePayments,
            allowed(desk.check_payment(Attempt(Uuid::nil())).await),
        ),
        (
            StaffAction::SeePayments,
            allowed(desk.payment_named("any", &SessionRef::new("none")).await),
        ),
        (StaffAction::SeeExports, allowed(desk.books().await)),
        (StaffAction::SeeExports, allowed(desk.check_books().await)),
        (
            StaffAction::SeeExports,
            allowed(desk.exports_needing_attention(&page).await),
        ),
        (
            StaffAction::SeeExports,
            allowed(desk.export_of(&Id::new("none")).await),
        ),
        (
            StaffAction::SeeExports,
            allowed(desk.look_into_books(&Id::new("none")).await),
        ),
        (
            StaffAction::RecordPayments,
            allowed(desk.money_came("none", &came()).await),
        ),
    ]
}

/// 004-04
#[tokio::test]
async fn every_form_and_every_list_is_refused_to_whose_role_it_is_not() {
    let house = House::new();
    let staff = [
        nobody(),
        Staff::new("olga", StaffRole::Support),
        Staff::new("olga", StaffRole::Admin),
        Staff::new("olga", StaffRole::Support).and(StaffRole::Admin),
    ];
    let mut acted_on = BTreeSet::new();
    for one in staff {
        let desk = house.portal.staff(one.clone());
        for form in forms(&house) {
            acted_on.insert(form.action());
            let answer = allowed(desk.submit(&*form).await);
            assert_eq!(answer, one.may(form.action()), "{form:?} by {one:?}");
        }
        for (action, answer) in reads(&desk, house.form()).await {
            acted_on.insert(action);
            assert_eq!(answer, one.may(action), "{action:?} by {one:?}");
        }
    }
    assert!(
        StaffAction::ALL
            .iter()
            .all(|action| acted_on.contains(action))
    );
    assert!(house.post().await.is_empty());
}
