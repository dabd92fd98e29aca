//! The messages' own templates, part of the build.

/// A message's template in English and in Spanish.
pub(super) struct Source {
    pub(super) kind: &'static str,
    pub(super) english: &'static str,
    pub(super) spanish: &'static str,
}

macro_rules! sources {
    ($($kind:literal,)*) => {
        &[$(Source {
            kind: $kind,
            english: include_str!(concat!("en/", $kind, ".jinja")),
            spanish: include_str!(concat!("es/", $kind, ".jinja")),
        },)*]
    };
}

/// One for each kind of message.
pub(super) const SOURCES: &[Source] = sources![
    "invoice-copy",
    "registration-transferred",
    "transfer-notice",
    "registration-cancelled",
    "cancellation-notice",
    "cancellation-staff-notice",
    "payment-receipt",
    "refund-notice",
    "card-expiring",
    "card-expired",
    "invitation",
    "first-time-instructions",
    "existing-user-instructions",
    "activation",
    "temporary-password",
    "claim-link",
    "sign-up-link",
    "already-registered",
    "reset-link",
    "new-email-link",
    "email-changed",
    "password-changed",
    "second-factor-set-up",
    "second-factor-removed",
    "account-request-notice",
    "request-approved",
    "request-declined",
    "call-off-request",
    "help-request",
    "review-notice",
];
