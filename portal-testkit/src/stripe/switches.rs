use std::time::Duration;

use super::{FakeStripe, calls::Outcome, error};
use crate::fakes::{locked, take};

/// What goes wrong next.
#[derive(Debug, Default)]
pub(super) struct Switches {
    refuse: u32,
    drop: u32,
    lose: u32,
    lose_at: Option<String>,
    drop_at: Option<String>,
    turn_away: Option<Outcome>,
    status: Option<u16>,
    wait: Option<Duration>,
    pub(super) decline: Option<String>,
    pub(super) refunds_pending: bool,
}

impl FakeStripe {
    /// The next connection is refused: nothing is sent.
    pub fn refuse_next(&self) {
        locked(&self.state).switches.refuse = 1;
    }

    /// The next request never arrives, and nobody hears so.
    pub fn drop_the_request(&self) {
        locked(&self.state).switches.drop = 1;
    }

    /// The next request whose path ends like this never arrives, and nobody hears so.
    pub fn drop_the_request_to(&self, path: &str) {
        locked(&self.state).switches.drop_at = Some(path.to_owned());
    }

    /// The next request is done, and nobody hears so.
    pub fn lose_the_reply(&self) {
        locked(&self.state).switches.lose = 1;
    }

    /// The next request whose path ends like this is done, and nobody hears so.
    pub fn lose_the_reply_to(&self, path: &str) {
        locked(&self.state).switches.lose_at = Some(path.to_owned());
    }

    /// The next request is too many: come back in so many seconds.
    pub fn limit_next(&self, retry_after: u64) {
        let mut outcome = error(429, "invalid_request_error", Some("rate_limit"));
        outcome.retry_after = Some(retry_after);
        locked(&self.state).switches.turn_away = Some(outcome);
    }

    /// The next request is answered by a proxy's page.
    pub fn answer_html_next(&self, status: u16) {
        let mut outcome = error(status, "api_error", None);
        outcome.body = "<html><body>Bad gateway</body></html>".into();
        locked(&self.state).switches.turn_away = Some(outcome);
    }

    /// The next request fails with this status once it was begun. Under its key it fails so again.
    pub fn break_next(&self, status: u16) {
        locked(&self.state).switches.status = Some(status);
    }

    /// The next request takes this long; another with its key meanwhile is told to wait.
    pub fn delay_next(&self, wait: Duration) {
        locked(&self.state).switches.wait = Some(wait);
    }

    /// The bank says no to the next charge, with this code: `insufficient_funds`, `authentication_required`.
    pub fn decline_next(&self, code: &str) {
        locked(&self.state).switches.decline = Some(code.to_owned());
    }

    /// Refunds take days from now on.
    pub fn refunds_take_days(&self) {
        locked(&self.state).switches.refunds_pending = true;
    }
}

impl Switches {
    pub(super) fn refuses(&mut self) -> bool {
        take(&mut self.refuse)
    }

    pub(super) fn drops(&mut self, path: &str) -> bool {
        let this = ends(&mut self.drop_at, path);
        take(&mut self.drop) || this
    }

    pub(super) fn loses(&mut self, path: &str) -> bool {
        let this = ends(&mut self.lose_at, path);
        take(&mut self.lose) || this
    }

    pub(super) fn turned_away(&mut self) -> Option<Outcome> {
        self.turn_away.take()
    }

    pub(super) fn breaks(&mut self) -> Option<u16> {
        self.status.take()
    }

    pub(super) fn wait(&mut self) -> Option<Duration> {
        self.wait.take()
    }
}

fn ends(switch: &mut Option<String>, path: &str) -> bool {
    let this = switch.as_ref().is_some_and(|end| path.ends_with(end));
    if this {
        *switch = None;
    }
    this
}
