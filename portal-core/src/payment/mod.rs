//! The payment port. Adapters live in `portal-payments` and in crates of their own.
//!
//! An adapter gets values and returns values: it keeps no state, writes no row, renders no page and believes no browser. The portal records an attempt before it calls
//! [`begin`](PaymentProvider::begin), asks [`look_up`](PaymentProvider::look_up) whenever it does not know how one ended, and settles on nothing but an [`Observation`].
#[cfg(feature = "payments")]
mod books;
mod limits;
#[cfg(feature = "payments")]
mod method;
#[cfg(feature = "payments")]
mod money_back;
#[cfg(feature = "payments")]
mod observation;
#[cfg(feature = "payments")]
mod provider;
#[cfg(feature = "payments")]
mod reference;
#[cfg(feature = "payments")]
mod settle;
#[cfg(feature = "payments")]
mod traits;
#[cfg(feature = "payments")]
mod webhook;

#[cfg(feature = "payments")]
pub use books::{Applied, PaymentAttempt, Received, Unapplied};
pub use limits::PaymentLimits;
#[cfg(feature = "payments")]
pub use method::{
    BeginSetup, ChargeStored, Charged, Initiator, MandateSchedule, MandateTerms, MethodKind,
    MethodState, PayerProfile, StoredMethod,
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
pub use settle::{Books, Settlement, settle};
#[cfg(feature = "payments")]
pub use traits::{Fetching, Finding, PayStyle, ProviderTraits, RefundKind, Repeats, Webhooks};
#[cfg(feature = "payments")]
pub use webhook::{Ack, RawWebhook, WebhookBatch, WebhookError, WebhookEvent, WebhookSubject};
