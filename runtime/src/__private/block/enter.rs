//! What `with!` takes.
//!
//! What is no resource is told of once. [`enter`] gives an `H`, what holds the resource, and everything else
//! asks something of `H` only, as an `Entered` of something; of a wrong resource, that stays unknown, and rustc
//! says no more. With it comes the [`Access`] of the body, which knows the resource's type at once: it may be known in
//! part only, as that of a `Vec` to which the body adds.

use std::fmt;

use super::with::Inner;
use crate::with::{Exit, Guard, Resource};

/// A resource in use.
pub struct Entered<R: Resource + Send + 'static>(pub(super) Guard<R>);

impl<R: Resource + Send + 'static> fmt::Debug for Entered<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entered")
    }
}

/// What has an exit, which gives an `X`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no resource: it has no async exit",
    label = "a `Resource` is wanted here",
    note = "a future is awaited first, and of a `Result`, `?` takes the resource: `with!(conn = connect().await?, {{ .. }})`",
    note = "implement `taipan::with::Resource` for it, or say what its exit is: `closing(value, |value| value.close())`"
)]
pub trait Exits<X> {}

#[diagnostic::do_not_recommend]
impl<R: Resource<Exit = X>, X> Exits<X> for R {}

/// A resource that is `Send`, and may be held as an `H`.
///
/// There are two implementations, the second for nothing: so rustc looks into both before it
/// chooses one, and `H` stays unknown if it is not `Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent between threads safely",
    label = "the exit of this resource may run on another thread",
    note = "what it holds is `Send`: an `Arc`, not an `Rc`; a `Mutex`, not a `RefCell`"
)]
pub trait Sent<X, Way, H>: Sized {
    fn hold(self) -> (H, Access<Self, H>);
}

/// How the body comes to the resource in an `H`.
pub struct Access<R, H>(Open<R, H>);

type Open<R, H> = fn(&mut H) -> (&mut R, Inner<'_>);

impl<R, H> Access<R, H> {
    /// The resource for the body, and where the body leaves what is left of it.
    pub fn open(self, held: &mut H) -> (&mut R, Inner<'_>) {
        (self.0)(held)
    }
}

impl<R, H> fmt::Debug for Access<R, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Access")
    }
}

#[derive(Debug)]
pub enum Held {}

#[diagnostic::do_not_recommend]
impl<R, X, H> Sent<X, Held, H> for R
where
    R: Send,
    X: Leaves<R, Held = H>,
{
    fn hold(self) -> (H, Access<R, H>) {
        (X::hold(self), Access(X::open))
    }
}

#[derive(Debug)]
pub enum Nothing {}

pub trait Never {}

#[diagnostic::do_not_recommend]
impl<R: Never, X> Sent<X, Nothing, Nothing> for R {
    fn hold(self) -> (Nothing, Access<R, Nothing>) {
        unreachable!("nothing is `Never`")
    }
}

/// The exit of an `R`. (In a trait of its own, so that rustc cannot name `Held` without the exit.)
pub trait Leaves<R> {
    type Held;

    fn hold(resource: R) -> Self::Held;

    fn open(held: &mut Self::Held) -> (&mut R, Inner<'_>);
}

impl<R: Resource + Send + 'static, X: Exit> Leaves<R> for X {
    type Held = Entered<R>;

    fn hold(resource: R) -> Entered<R> {
        Entered(Guard::new(resource))
    }

    fn open(held: &mut Entered<R>) -> (&mut R, Inner<'_>) {
        let (resource, inner) = held.0.open();
        (resource, Inner(inner))
    }
}

/// Takes a resource into use.
pub fn enter<R, X, Way, H>(resource: R) -> (H, Access<R, H>)
where
    R: Exits<X>,
    R: Sent<X, Way, H>, // the exit may run on another thread
    R: 'static,         // and it may outlive the function: what it needs, it owns
{
    resource.hold()
}
