use std::time::Duration;

use super::{Dates, FakeXero, answers::Answer};
use crate::fakes::{locked, take};

/// What goes wrong next.
#[derive(Debug, Default)]
pub(super) struct Switches {
    refuse: u32,
    drop: u32,
    lose: u32,
    cut: u32,
    turn_away: Option<Answer>,
    status: Option<u16>,
    wait: Option<Duration>,
    pub(super) dates: Dates,
    pub(super) left_out: Vec<&'static str>,
    pub(super) minute_limit: Option<usize>,
    pub(super) day_limit: Option<usize>,
    pub(super) token_wait: Option<Duration>,
}

/// Which limit was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Sixty in a minute.
    Minute,
    /// Five thousand in a day: come back tomorrow.
    Day,
    /// Five at a time: Xero does not say when to come back.
    Concurrent,
    /// Ten thousand in a minute, of all organisations together.
    App,
}

impl FakeXero {
    /// The next connection is refused: nothing is sent.
    pub fn refuse_next(&self) {
        locked(&self.state).switches.refuse = 1;
    }

    /// The next request never arrives, and nobody hears so.
    pub fn drop_the_request(&self) {
        locked(&self.state).switches.drop = 1;
    }

    /// The next request is done, and nobody hears so.
    pub fn lose_the_reply(&self) {
        locked(&self.state).switches.lose = 1;
    }

    /// So many requests in a row are done, and nobody hears so.
    pub fn lose_replies(&self, many: u32) {
        locked(&self.state).switches.lose = many;
    }

    /// The next request is done, and half of the answer arrives.
    pub fn cut_the_reply(&self) {
        locked(&self.state).switches.cut = 1;
    }

    /// The next request is too many: come back in so many seconds.
    pub fn limit_next(&self, which: Limit, retry_after: Option<u64>) {
        locked(&self.state).switches.turn_away = Some(Answer::limited(which, retry_after));
    }

    /// From now on requests are counted, by the clock: more than these in a minute or a day are turned away.
    pub fn count_requests(&self, a_minute: usize, a_day: usize) {
        let mut state = locked(&self.state);
        state.switches.minute_limit = Some(a_minute);
        state.switches.day_limit = Some(a_day);
    }

    /// The next request is answered with this status by a proxy's page.
    pub fn answer_html_next(&self, status: u16) {
        let page = "<html><body>We'll be right back.</body></html>";
        locked(&self.state).switches.turn_away = Some(Answer::text(status, "text/html", page));
    }

    /// The next request fails with this status once it was begun. Under its key it fails so again, for six minutes.
    pub fn break_next(&self, status: u16) {
        locked(&self.state).switches.status = Some(status);
    }

    /// The next request takes this long, in real time.
    pub fn delay_next(&self, wait: Duration) {
        locked(&self.state).switches.wait = Some(wait);
    }

    /// Every token request takes this long from now on, in real time.
    pub fn delay_tokens(&self, wait: Duration) {
        locked(&self.state).switches.token_wait = Some(wait);
    }

    /// Dates are spelled like that from now on.
    pub fn spell_dates(&self, dates: Dates) {
        locked(&self.state).switches.dates = dates;
    }

    /// Fields of these names are missing from every answer from now on.
    pub fn leave_out(&self, names: &[&'static str]) {
        locked(&self.state).switches.left_out = names.to_vec();
    }
}

impl Switches {
    pub(super) fn refuses(&mut self) -> bool {
        take(&mut self.refuse)
    }

    pub(super) fn drops(&mut self) -> bool {
        take(&mut self.drop)
    }

    pub(super) fn loses(&mut self) -> bool {
        take(&mut self.lose)
    }

    pub(super) fn cuts(&mut self) -> bool {
        take(&mut self.cut)
    }

    pub(super) fn turned_away(&mut self) -> Option<Answer> {
        self.turn_away.take()
    }

    pub(super) fn breaks(&mut self) -> Option<u16> {
        self.status.take()
    }

    pub(super) fn wait(&mut self) -> Option<Duration> {
        self.wait.take()
    }
}
