//! The payment port. Adapters live in `portal-payments` and in crates of their own.
//!
//! An adapter gets values and returns values: it keeps no state, writes no row, renders no page and believes no browser. The portal records an attempt before it calls
//! [`begin`](PaymentProvider::begin), asks [`look_up`](PaymentProvider::look_up) whenever it does not know how one ended, and settles on nothing but an [`Observation`].
#[cfg(all(feature = "payments", feature = "accounts"))]
mod ask_back;
#[cfg(feature = "payments")]
mod books;
#[cfg(feature = "payments")]
mod charge;
#[cfg(feature = "payments")]
mod charging;
#[cfg(all(feature = "payments", feature = "accounts"))]
mod decide;
#[cfg(feature = "payments")]
mod desk;
#[cfg(feature = "payments")]
mod expiry;
#[cfg(feature = "payments")]
mod fence;
#[cfg(feature = "payments")]
mod intake;
#[cfg(feature = "payments")]
mod keeping;
mod limits;
#[cfg(feature = "payments")]
mod method;
#[cfg(feature = "payments")]
mod money_back;
#[cfg(feature = "payments")]
mod observation;
#[cfg(feature = "payments")]
mod opening;
#[cfg(feature = "payments")]
mod pay;
#[cfg(feature = "payments")]
mod payer;
#[cfg(feature = "payments")]
mod provider;
#[cfg(feature = "payments")]
mod record;
#[cfg(feature = "payments")]
mod reference;
#[cfg(feature = "payments")]
mod refund_watch;
#[cfg(feature = "payments")]
mod refunding;
#[cfg(feature = "payments")]
mod refusal;
#[cfg(feature = "payments")]
mod seldom;
#[cfg(feature = "payments")]
mod settle;
#[cfg(feature = "payments")]
mod settling;
#[cfg(feature = "payments")]
mod shown;
#[cfg(all(feature = "payments", feature = "accounts"))]
mod staff;
#[cfg(feature = "payments")]
mod store;
#[cfg(feature = "payments")]
mod traits;
#[cfg(feature = "payments")]
mod views;
#[cfg(feature = "payments")]
mod wallet;
#[cfg(feature = "payments")]
mod webhook;
#[cfg(feature = "payments")]
mod work;

#[cfg(feature = "payments")]
pub use books::{Applied, AskedRefund, AskedState, PayPage, PaymentAttempt, Received, Unapplied};
#[cfg(all(feature = "payments", feature = "mock"))]
pub use charge::MockMethodCharges;
#[cfg(feature = "payments")]
pub use charge::{ChargeStored, Charged, Initiator, MethodCharges};
pub use limits::PaymentLimits;
#[cfg(feature = "payments")]
pub use method::{
    BeginSetup, MandateSchedule, MandateTerms, MethodKind, MethodState, PayerProfile, StoredMethod,
};
#[cfg(feature = "payments")]
pub use method::{MethodSetup, PaymentVault};
#[cfg(all(feature = "payments", feature = "mock"))]
pub use method::{MockMethodSetup, MockPaymentVault};
#[cfg(all(feature = "payments", feature = "mock"))]
pub use money_back::MockRefunds;
#[cfg(feature = "payments")]
pub use money_back::{Refund, RefundReason, Refunded, Refunds};
#[cfg(feature = "payments")]
pub use observation::{
    Decline, DeclineReason, Found, Observation, ObservedRefund, PaymentState, RefundState,
    RetryAdvice,
};
#[cfg(feature = "accounting")]
pub(crate) use pay::can_be_given_up;
#[cfg(feature = "payments")]
pub use provider::{
    BeginPayment, Begun, Lookup, NextStep, PaymentProvider, ReturnParams, SaveMethod, Sessions,
};
#[cfg(all(feature = "payments", feature = "mock"))]
pub use provider::{MockPaymentProvider, MockSessions};
#[cfg(feature = "payments")]
pub use reference::{
    Attempt, EventRef, IdempotencyKey, Merchant, MethodRef, PayerRef, PaymentRef, RefundRef,
    SessionRef,
};
#[cfg(feature = "payments")]
pub(crate) use seldom::Seldom;
#[cfg(feature = "payments")]
pub use settle::{Books, Settlement, settle};
#[cfg(all(feature = "payments", feature = "mock"))]
pub use store::MockPaymentStore;
#[cfg(feature = "payments")]
pub use store::{AttemptKey, KnownPayer, MoneyChange, PaymentStore};
#[cfg(feature = "payments")]
pub use traits::{Fetching, Finding, PayStyle, ProviderTraits, RefundKind, Repeats, Webhooks};
#[cfg(feature = "payments")]
pub use webhook::{Ack, RawWebhook, WebhookBatch, WebhookError, WebhookEvent, WebhookSubject};
#[cfg(feature = "payments")]
pub(crate) use work::Worked;
#[cfg(all(feature = "payments", feature = "accounts"))]
pub use {
    decide::{ApplyMoney, CallOffPayment, SettleRefund},
    staff::RefundPayment,
};
#[cfg(feature = "payments")]
pub use {
    expiry::{CardsLeft, Expiry, ToldOfCards, expiry},
    intake::{WebhookAnswer, WebhookRefused},
    keeping::{AddMethod, MakeMethodDefault, RemoveMethod, may_add, may_make_default, may_remove},
    pay::PayOrder,
    refusal::PaymentRefusal,
    shown::{NotShown, Shown},
    views::{PayPageView, PaymentStanding, PaymentStep, PaymentView, WayToPay},
    wallet::{MethodAction, MethodView, WalletView},
    work::PaymentWork,
};
