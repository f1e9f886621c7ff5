//! The books find each wrong there is: or a storm would prove nothing.

use std::pin::pin;
use std::task::Poll;

use super::*;
use crate::poll_once;
use crate::storm::Figures;

fn open() -> (Arc<Totals>, Place) {
    let totals = Arc::new(Totals::default());
    let place = Ledger::open(&totals, Run { way: Way::Scope, seed: 7, polls: 3 });
    (totals, place)
}

/// Runs an exit to its end.
fn exit(held: Held) {
    let mut exit = pin!(held.exit(Outcome::Cancelled));
    while poll_once(exit.as_mut()) == Poll::Pending {}
}

/// The wrong figures: doubled, out of order, ran on, left behind.
fn wrong(totals: &Totals) -> [u64; 4] {
    let Figures { doubled, out_of_order, ran_on, left_behind, .. } = totals.figures();
    [doubled, out_of_order, ran_on, left_behind]
}

#[test]
fn what_is_right_is_clean() {
    let (totals, place) = open();
    let outer = place.enter();
    let inner = outer.enter();
    inner.line();
    exit(inner);
    outer.line();
    exit(outer);
    place.report();
    let figures = totals.figures();
    assert_eq!((figures.entered, figures.exited, figures.is_clean()), (2, 2, true));
    assert_eq!(figures.first, None);
}

#[test]
fn an_exit_that_runs_twice_is_doubled() {
    let (totals, place) = open();
    let held = place.enter();
    let again = Held(held.0.clone());
    exit(held);
    exit(again);
    assert_eq!((wrong(&totals), totals.figures().is_clean()), ([1, 0, 0, 0], false));
}

#[test]
fn an_outer_exit_that_begins_before_an_inner_one_has_ended_is_out_of_order() {
    let (totals, place) = open();
    let outer = place.enter();
    let inner = outer.enter();
    let mut inner = pin!(inner.exit(Outcome::Cancelled));
    assert!(poll_once(inner.as_mut()).is_pending());
    let mut outer = pin!(outer.exit(Outcome::Cancelled));
    assert!(poll_once(outer.as_mut()).is_pending());
    assert_eq!(wrong(&totals), [0, 1, 0, 0]);
    assert_eq!(
        totals.figures().first.unwrap(),
        "Scope after 3 polls, seed 7: a place ended before one inside it"
    );
}

#[test]
fn a_scope_that_reports_before_what_is_inside_has_ended_is_out_of_order() {
    let (totals, place) = open();
    let scope = place.inside(Kind::Scope);
    let _held = scope.enter();
    scope.end();
    assert_eq!(wrong(&totals), [0, 1, 0, 0]);
}

#[test]
fn a_line_in_what_has_ended_ran_on() {
    let (totals, place) = open();
    let scope = place.inside(Kind::Scope);
    let inside = scope.inside(Kind::Task);
    scope.end();
    inside.line();
    assert_eq!(wrong(&totals), [0, 0, 1, 0]);
}

#[test]
fn after_a_cut_only_tasks_and_shielded_code_go_on() {
    let (totals, place) = open();
    let [scope, task, shielded] =
        [Kind::Scope, Kind::Task, Kind::Shielded].map(|kind| place.inside(kind));
    place.cut();
    task.line();
    shielded.line();
    assert_eq!(wrong(&totals), [0, 0, 0, 0]);
    scope.line();
    assert_eq!(wrong(&totals), [0, 0, 1, 0]);
}

#[test]
fn what_is_open_at_the_report_is_left_behind() {
    let (totals, place) = open();
    let _held = [place.enter(), place.enter()];
    place.report();
    assert_eq!((wrong(&totals), totals.figures().is_clean()), ([0, 0, 0, 2], false));
}

#[test]
fn a_task_that_is_alive_at_the_report_is_left_behind() {
    let (totals, place) = open();
    taipan::Runtime::builder().threads(1).build().run(async {
        let theirs = place.clone();
        let task = taipan::spawn(async move {
            theirs.is_task();
            std::future::pending::<()>().await;
        });
        yield_now().await;
        place.report_inside();
        task.stop().await;
        place.report_inside();
    });
    assert_eq!(wrong(&totals), [0, 0, 0, 1]);
}
