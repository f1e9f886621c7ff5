//! Who polls the tasks that stay on their thread.

use std::rc::Rc;
use std::sync::Arc;

use async_executor::LocalExecutor;
use async_task::FallibleTask;

use super::lane::Lane;

/// Runs the own tasks of one thread.
#[derive(Clone)]
pub(crate) enum Local {
    /// As ordinary programs do.
    Executor(Rc<LocalExecutor<'static>>),
    /// As a test does: its loop chooses among them and the others.
    Lane(Arc<Lane>),
}

impl Local {
    pub(super) fn spawn<F>(&self, future: F) -> FallibleTask<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        match self {
            Local::Executor(executor) => executor.spawn(future).fallible(),
            Local::Lane(lane) => lane.spawn(future).fallible(),
        }
    }
}
