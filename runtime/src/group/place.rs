//! Waiting for a free place.

use std::sync::Arc;

use super::state::{After, Shared, State};
use crate::waits::{Site, waiting};

/// Waits for a place in the group; `None`: the group is not open.
pub(super) async fn place(shared: &Arc<Shared>, site: Site) -> Option<Place<'_>> {
    let mut waiter = Waiter { shared, ticket: None };
    let about = || shared.lock().about();
    let granted = waiting(site, about, |cx| {
        shared.change(|state, after| state.poll_place(&mut waiter.ticket, cx, after))
    });
    granted.await.then(|| Place { shared, seated: false })
}

/// Stands in the queue.
struct Waiter<'a> {
    shared: &'a Arc<Shared>,
    /// `None` before it queues, and once its turn has come.
    ticket: Option<u64>,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.shared.change(|state, after| state.forgo_place(ticket, after));
        }
    }
}

/// A place that is taken and has no child yet.
pub(super) struct Place<'a> {
    shared: &'a Arc<Shared>,
    seated: bool,
}

impl Place<'_> {
    /// Gives the place to a child; `None`: the group is not open any more.
    pub(super) fn seat(mut self) -> Option<usize> {
        let seat = |state: &mut State, _: &mut After| state.is_open().then(|| state.seat());
        let key = self.shared.change(seat);
        self.seated = key.is_some();
        key
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.seated {
            self.shared.change(State::release_place);
        }
    }
}
