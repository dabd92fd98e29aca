use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{DocumentRef, LedgerDocument};
use crate::payment::{Ack, RawWebhook, WebhookError};

/// How far changes have been read, as the adapter wrote it. A cursor that was handed back gives the same changes again, never fewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeCursor {
    /// From this instant; adapters look back a little further, since clocks differ.
    Since(DateTime<Utc>),
    /// In the middle of a reading: the adapter's own marker.
    Page(Arc<str>),
}

/// One page of what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// The documents that changed, as they are now, deleted and voided ones too. The same one may come more than once.
    pub documents: Vec<LedgerDocument>,
    /// Documents that may have changed, to be looked up: a payment was recorded or taken back there.
    pub touched: Vec<DocumentRef>,
    /// Where to go on. Kept only after everything on the page was.
    pub next: ChangeCursor,
    /// There is another page already.
    pub more: bool,
}

/// Reads what an accounting system posts to us.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait LedgerWebhooks: fmt::Debug + Send + Sync + 'static {
    /// Checks that it is the system's before anything is parsed.
    async fn receive(&self, raw: &RawWebhook) -> Result<LedgerWebhook, WebhookError>;
}

/// What such a post says. It is a reason to look, and nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerWebhook {
    /// The documents it speaks of, of our organisation.
    pub touched: Vec<DocumentRef>,
    /// What the system wants to hear once they are noted.
    pub ack: Ack,
}

impl Changes {
    /// One page, after which nothing more is known yet.
    #[must_use]
    pub fn new(documents: Vec<LedgerDocument>, next: ChangeCursor) -> Self {
        Self {
            documents,
            touched: vec![],
            next,
            more: false,
        }
    }

    /// These may have changed too.
    #[must_use]
    pub fn touching(mut self, touched: Vec<DocumentRef>) -> Self {
        self.touched = touched;
        self
    }

    /// There is another page already.
    #[must_use]
    pub fn and_more(mut self, more: bool) -> Self {
        self.more = more;
        self
    }
}

impl LedgerWebhook {
    /// It speaks of these, and wants to hear that.
    #[must_use]
    pub fn new(touched: Vec<DocumentRef>, ack: Ack) -> Self {
        Self { touched, ack }
    }
}
