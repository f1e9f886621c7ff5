//! What the suites of a task's end share: the places in which a task runs.

use taipan::{Runtime, Task};
use taipan_tests::bounded;

/// Where a task runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) threads: usize,
    pub(crate) local: bool,
}

pub(crate) const PLACES: [Place; 4] = [
    Place { threads: 1, local: false },
    Place { threads: 1, local: true },
    Place { threads: 4, local: false },
    Place { threads: 4, local: true },
];

impl Place {
    pub(crate) fn spawn<F>(self, future: F) -> Task<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let builder = Task::builder().name("subject");
        if self.local { builder.spawn_local(future) } else { builder.spawn(future) }
    }
}

/// Runs `test` in each place.
pub(crate) fn everywhere<F: Future<Output = ()> + 'static>(test: fn(Place) -> F) {
    for place in PLACES {
        let run = move || Runtime::builder().threads(place.threads).build().run(test(place));
        bounded(run);
    }
}
