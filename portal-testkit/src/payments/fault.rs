use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::{Bytes, HttpClient, Method, Request, Response},
};

use crate::{StoppedClock, fakes::locked};

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is refused: nothing was sent, and everybody knows.
    Refuse,
    /// The request is lost on its way, and nobody knows.
    LoseTheRequest,
    /// The request is done and the answer is lost.
    LoseTheAnswer,
    /// The request is done and half of the answer arrives.
    CutTheAnswer,
    /// The request is done and the answer takes this long, by the clock of the trial.
    Delay(Duration),
    /// It is not done: the same call is still under way (409).
    InProgress,
    /// It is not done: too many requests (429), come back in [`COME_BACK`](Self::COME_BACK).
    TooMany,
    /// It may be done or not: this status, with a body that is JSON and nothing the provider would say.
    Status(u16),
    /// A proxy answers with a page of HTML and this status. Nobody knows what stands behind it.
    Html(u16),
}

/// A client with a switch: what it is told to do goes wrong once, everything else goes through to the provider's.
#[derive(Clone)]
pub struct FaultProxy {
    behind: Option<Arc<dyn HttpClient>>,
    clock: StoppedClock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    next: Option<(usize, Fault)>,
    twist: Vec<(String, String)>,
    twisted: usize,
    heard: Vec<(Method, String)>,
}

impl Fault {
    /// How long to wait, as a [`TooMany`](Self::TooMany) says.
    pub const COME_BACK: Duration = Duration::from_secs(7);

    /// Every fault that an answer can hide behind.
    pub(crate) const ALL: [Self; 10] = [
        Self::Refuse,
        Self::LoseTheRequest,
        Self::LoseTheAnswer,
        Self::CutTheAnswer,
        Self::InProgress,
        Self::TooMany,
        Self::Status(500),
        Self::Status(503),
        Self::Html(200),
        Self::Html(502),
    ];
}

impl FaultProxy {
    /// In front of this client; in front of nothing, where there is no network.
    #[must_use]
    pub fn new(behind: Option<Arc<dyn HttpClient>>, clock: &StoppedClock) -> Self {
        Self {
            behind,
            clock: clock.clone(),
            state: Arc::default(),
        }
    }

    /// The next request goes wrong like that.
    pub fn fail_next(&self, fault: Fault) {
        self.fail_after(0, fault);
    }

    /// So many requests go through, and the one after them goes wrong like that.
    pub fn fail_after(&self, through: usize, fault: Fault) {
        locked(&self.state).next = Some((through, fault));
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        locked(&self.state).next = None;
    }

    /// From now on answers say the second wherever they would say the first.
    pub fn twist(&self, words: Vec<(String, String)>) {
        let mut state = locked(&self.state);
        (state.twist, state.twisted) = (words, 0);
    }

    /// Answers are as the provider gives them again. How often something else was said.
    #[must_use]
    pub fn untwist(&self) -> usize {
        let mut state = locked(&self.state);
        state.twist.clear();
        state.twisted
    }

    /// The method and the path of every request that came here, in order.
    #[must_use]
    pub fn heard(&self) -> Vec<(Method, String)> {
        locked(&self.state).heard.clone()
    }

    /// Whether there is anything behind it.
    #[must_use]
    pub fn is_wired(&self) -> bool {
        self.behind.is_some()
    }

    fn due(&self) -> Option<Fault> {
        let mut state = locked(&self.state);
        let (through, fault) = state.next.take()?;
        if through == 0 {
            return Some(fault);
        }
        state.next = Some((through - 1, fault));
        None
    }

    async fn pass(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        match &self.behind {
            Some(behind) => Ok(self.said_otherwise(behind.send(request).await?)),
            None => Err(lost(Disposition::NeverSent, "there is nobody behind it")),
        }
    }
}

impl FaultProxy {
    fn said_otherwise(&self, answer: Response<Bytes>) -> Response<Bytes> {
        let mut state = locked(&self.state);
        let Ok(text) = str::from_utf8(answer.body()) else {
            return answer;
        };
        let mut text = text.to_owned();
        for (from, to) in state.twist.clone() {
            let (otherwise, times) = instead(&text, &from, &to);
            text = otherwise;
            state.twisted += times;
        }
        answer.map(|_| text.into())
    }
}

/// One word for another, and how often it was there. Only names that nothing else can be are looked for inside of other words.
fn instead(text: &str, from: &str, to: &str) -> (String, usize) {
    let part_of_a_word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let (mut said, mut rest, mut times) = (String::new(), text, 0);
    while let Some((before, after)) = rest.split_once(from) {
        said += before;
        let whole = !said.ends_with(part_of_a_word) && !after.starts_with(part_of_a_word);
        if whole || from.len() >= 32 {
            said += to;
            times += 1;
        } else {
            said += from;
        }
        rest = after;
    }
    (said + rest, times)
}

#[async_trait]
impl HttpClient for FaultProxy {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let line = (request.method().clone(), request.uri().to_string());
        locked(&self.state).heard.push(line);
        match self.due() {
            None => self.pass(request).await,
            Some(Fault::Refuse) => Err(lost(Disposition::NeverSent, "connection refused")),
            Some(Fault::LoseTheRequest) => Err(lost(Disposition::Unknown, "timed out")),
            Some(Fault::LoseTheAnswer) => {
                self.pass(request).await?;
                Err(lost(Disposition::Unknown, "timed out"))
            }
            Some(Fault::CutTheAnswer) => {
                let answer = self.pass(request).await?;
                let half = answer.body().len() / 2;
                Ok(answer.map(|body| body.slice(..half)))
            }
            Some(Fault::Delay(time)) => {
                let answer = self.pass(request).await;
                self.clock
                    .advance(chrono::Duration::from_std(time).unwrap());
                answer
            }
            Some(Fault::InProgress) => Ok(said(409, r#"{"error":"in progress"}"#)),
            Some(Fault::TooMany) => {
                let mut answer = said(429, r#"{"error":"too many requests"}"#);
                let wait = Fault::COME_BACK.as_secs().into();
                answer.headers_mut().insert("retry-after", wait);
                Ok(answer)
            }
            Some(Fault::Status(status)) => Ok(said(status, r#"{"error":"out of order"}"#)),
            Some(Fault::Html(status)) => Ok(said(status, "<html><body>Please wait.</body></html>")),
        }
    }
}

impl fmt::Debug for FaultProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultProxy")
    }
}

fn said(status: u16, body: &'static str) -> Response<Bytes> {
    let answer = Response::builder().status(status);
    answer.body(Bytes::from_static(body.as_bytes())).unwrap()
}

fn lost(disposition: Disposition, why: &str) -> AdapterError {
    let kind = AdapterErrorKind::Unavailable;
    AdapterError::new(kind, disposition, "fault-proxy", "send", why)
}
