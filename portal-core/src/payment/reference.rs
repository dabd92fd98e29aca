use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One try to move money for one order. The portal makes and records it before the first call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[expect(
    clippy::exhaustive_structs,
    reason = "an attempt's key is a UUID and nothing else"
)]
pub struct Attempt(pub Uuid);

/// What makes a repeat of one call harmless at the provider. 36 characters of a UUID: every provider takes that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Uuid);

/// Which merchant account, and whether its money is real. Part of every unique key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Merchant {
    /// The provider's name for the account, or the host's.
    pub account: Arc<str>,
    /// Real money.
    pub live: bool,
}

macro_rules! provider_names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the provider's own name.
            pub fn new(name: impl Into<Arc<str>>) -> Self {
                Self(name.into())
            }

            /// As the provider gave it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

provider_names! {
    /// A page or frame in which somebody pays, by the provider's name.
    SessionRef;
    /// A payment, by the provider's name.
    PaymentRef;
    /// A refund, by the provider's name.
    RefundRef;
    /// A customer, by the provider's name.
    PayerRef;
    /// A stored card or bank account, by the provider's name.
    MethodRef;
    /// A delivered event, by the provider's name.
    EventRef;
}

impl IdempotencyKey {
    /// The key of one call of one operation. Whoever knows the operation derives the same one, also after a restart.
    #[must_use]
    pub fn derive(operation: Uuid, verb: &str) -> Self {
        Self(Uuid::new_v5(&operation, verb.as_bytes()))
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Merchant {
    /// An account whose money is real.
    pub fn live(account: impl Into<Arc<str>>) -> Self {
        Self {
            account: account.into(),
            live: true,
        }
    }

    /// An account to try things with.
    pub fn test(account: impl Into<Arc<str>>) -> Self {
        Self {
            account: account.into(),
            live: false,
        }
    }
}
