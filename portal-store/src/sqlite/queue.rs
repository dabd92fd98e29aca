use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// What waits for a thread. Closing it lets what is in it be finished.
#[derive(Debug)]
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
}

#[derive(Debug)]
struct State<T> {
    waiting: VecDeque<T>,
    idle: usize,
    closed: bool,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                idle: 0,
                closed: false,
            }),
            arrived: Condvar::new(),
        }
    }

    /// Adds one; drops it when nobody will come for it any more.
    pub(super) fn push(&self, one: T) {
        let mut state = self.state();
        if state.closed {
            return;
        }
        state.waiting.push_back(one);
        let wake = state.idle > 0;
        drop(state);
        if wake {
            self.arrived.notify_one();
        }
    }

    /// The next one, as soon as there is one; `None` when the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self.state();
        loop {
            if let Some(one) = state.waiting.pop_front() {
                return Some(one);
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            state = self
                .arrived
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// The next one, if it is there already.
    pub(super) fn try_pop(&self) -> Option<T> {
        self.state().waiting.pop_front()
    }

    /// Nothing more comes in; what is in stays to be taken.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.arrived.notify_all();
    }

    /// Nobody takes anything any more.
    pub(super) fn abandon(&self) {
        let mut state = self.state();
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        self.arrived.notify_all();
        drop(waiting);
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        // Nothing here panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
