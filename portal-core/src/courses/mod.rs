//! Courses: registrations customers can move and cancel, waiting lists, certificates, e-learning.
mod cancel;
mod change;
mod changing;
mod commands;
mod desk;
mod facts;
mod learning;
mod outlook;
mod policy;
mod records;
mod refusal;
mod transfer;
mod upkeep;
mod verdicts;
mod waiting;

pub use cancel::{cancel, may_cancel};
pub use change::CourseChange;
pub use commands::{AcceptPlace, CancelRegistration, LeaveWaitingList, TransferRegistration};
pub use desk::{CourseDesk, DateOffer, ModuleView, RegistrationView, WaitingView};
pub use facts::{
    AcceptedBy, Certificate, Course, Delivery, Module, PlaceOffer, Registration,
    RegistrationStatus, Session, Shelf, WaitingPlace, WaitingState,
};
pub use learning::{ModuleAction, module_actions};
pub use outlook::{next_change, next_waiting_change};
pub use policy::{ChangePolicy, CourseSettings, Cutoff, Notice, PriceRule, RegistrationPolicy};
#[cfg(feature = "mock")]
pub use records::MockCourseRecords;
pub use records::{CourseRecords, DateChoices, TransferFacts};
pub use refusal::CourseRefusal;
pub use transfer::{may_move_to, may_transfer, transfer};
pub use upkeep::Expired;
pub use verdicts::{
    CourseAction, CourseRules, actions, may_get_certificate, may_get_invoice, may_pay, shelf,
};
pub use waiting::{
    WaitingAction, accept_place, expire_offer, leave_waiting_list, may_accept, may_leave,
    offer_expires_at, waiting_actions,
};
