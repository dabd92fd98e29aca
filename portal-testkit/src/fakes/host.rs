use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portal_core::{
    Effect,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    outbox::HostLink,
};

use super::{locked, take};

/// A host that takes note of what it is told, unless told not to. Clones are the same host.
#[derive(Debug, Clone, Default)]
pub struct RecordingHost(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    delivered: Vec<Effect>,
    fail: u32,
    reject: u32,
    lose: u32,
}

impl RecordingHost {
    /// What was taken note of, in order; what came twice is in there twice.
    #[must_use]
    pub fn delivered(&self) -> Vec<Effect> {
        locked(&self.0).delivered.clone()
    }

    /// The next `times` deliveries do not reach it.
    pub fn fail_next(&self, times: u32) {
        locked(&self.0).fail = times;
    }

    /// It says no to the next delivery, for good.
    pub fn reject_next(&self) {
        locked(&self.0).reject = 1;
    }

    /// It takes note of the next delivery, and nobody hears that it did.
    pub fn lose_the_reply(&self) {
        locked(&self.0).lose = 1;
    }
}

#[async_trait]
impl HostLink for RecordingHost {
    async fn deliver(&self, effect: &Effect) -> Result<(), AdapterError> {
        let no = |kind, disposition, why| {
            AdapterError::new(kind, disposition, "recording-host", "deliver", why)
        };
        let mut state = locked(&self.0);
        if take(&mut state.fail) {
            let (kind, disposition) = (AdapterErrorKind::Unavailable, Disposition::NeverSent);
            return Err(no(kind, disposition, "told to fail"));
        }
        if take(&mut state.reject) {
            let (kind, disposition) = (AdapterErrorKind::Rejected, Disposition::Rejected);
            return Err(no(kind, disposition, "told to reject"));
        }
        state.delivered.push(effect.clone());
        if take(&mut state.lose) {
            let (kind, disposition) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
            return Err(no(kind, disposition, "told to lose the reply"));
        }
        Ok(())
    }
}
