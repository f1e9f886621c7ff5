//! Async exits on every path: who ends the body, when and where, and what the exit and the scope around it see.
//!
//! Each resource logs `+a` when it is made, `-a` when its exit begins, and `a:Outcome` when it has run,
//! three polls later: so a scope that did not wait would report before that.
//!
//! A case runs on 1 and on 4 threads, in main, in a task of any worker and in a task of its own thread; and without a
//! runtime, on a plain `block_on`, wherever it needs none (`check_anywhere`). What it does to tasks it does to tasks of
//! both kinds.
//!
//! | case | tests |
//! |---|---|
//! | normal | `body::a_body_that_returns`, `the_error_of_an_exit_takes_the_place_of_the_value` |
//! | `?` | `body::a_body_that_fails`, `the_error_of_a_body_goes_before_that_of_its_exit_which_is_reported` |
//! | enter fails | `body::an_enter_that_fails` |
//! | panic in the body | `body::a_body_that_panics` |
//! | several resources | `body::a_vector_of_resources_..`, `a_tuple_and_an_option_are_resources` |
//! | timeout | `cancel::by_a_timeout` |
//! | losing a race | `cancel::by_a_lost_race` |
//! | sibling that fails | `cancel::by_a_sibling_that_fails` |
//! | task group: sibling, child, body | `cancel::by_a_sibling_in_its_group_..`, `by_a_child_of_its_group_..`, `by_the_body_of_its_group_..` |
//! | `task.cancel()` | `cancel::by_the_cancellation_of_its_task`, `by_an_owner_that_is_cancelled` |
//! | end of main, main panics | `shutdown::the_end_of_main_ends_the_tasks`, `the_panic_of_main_..`, `main_waits_for_what_it_dropped_last` |
//! | Ctrl-C, the second one | `ctrl_c` |
//! | edge or level | `moment::in_the_body_no_line_of_which_runs_again`, `an_exit_may_wait_for_whatever_it_likes` |
//! | second cancellation during an exit | `moment::a_second_cancellation_of_any_level_..`, `a_race_is_lost_while_the_exits_run` |
//! | exit hangs | `shutdown::an_exit_that_hangs_..`; with a grace period: `with_grace.rs` |
//! | timeout inside an exit | `moment::a_timeout_inside_an_exit_is_an_ordinary_one` |
//! | outer fires while inner cleans | `moment::an_outer_timeout_fires_..` |
//! | before the first poll | `moment::before_its_first_poll_..`, `a_task_cancelled_before_its_first_poll_enters_nothing` |
//! | during the enter | `moment::during_the_enter` |
//! | during a normal exit | `moment::in_the_exit_which_goes_on_..`, `in_the_exit_which_fails_afterwards` |
//! | task done, then cancelled | `moment::a_task_whose_body_had_ended_keeps_its_value` |
//! | child of a foreign join | `foreign::the_children_of_a_foreign_join`; of ours: `cancel::siblings_end_concurrently` |
//! | live guard that nobody polls | `foreign::stored_and_not_polled_just_now` |
//! | forgotten guard | `foreign::a_resource_that_is_forgotten_holds_up_nobody` |
//! | moved between tasks, threads; re-parented | `moved::` all |
//! | generator dropped half-way | `generator::` all |
//! | foreign `select!`, `or`, `drop` in a task | `foreign::dropped_by_hand_..`, `dropped_by_a_foreign_select_..`, `the_task_itself_waits_..` |
//! | .. awaited by an enclosing resource's exit | `foreign::the_exit_of_an_enclosing_resource_..`, `the_exit_of_a_cancelled_resource_..` |
//! | dropped on a foreign thread | `moved::dropped_on_a_foreign_thread`, `.._it_is_a_task`, `a_scope_dropped_..` |
//! | dropped after the run | `shutdown::a_resource_that_is_dropped_after_the_run`, `without_a_hook_standard_error_is_told_..` |
//! | `block_on` inside | `foreign::a_block_on_inside`, `a_run_inside_a_blocking_call` |
//! | not `Send` | `body::a_body_that_is_not_send`, `an_exit_that_is_not_send_..` |
//! | panic in an exit: normal | `panics::of_an_exit_comes_out_of_with` |
//! | .. deferred | `panics::of_a_cancelled_exit_..` |
//! | .. in a task | `panics::of_an_exit_in_a_task_is_its_end`, `.._in_a_detached_task_is_reported` |
//! | .. with a panic of the body | `panics::of_the_body_goes_before_that_of_its_exit` |
//! | .. in a destructor while cancelling | `panics::in_a_destructor_..` (two) |
//! | exits that spawn at the end | `shutdown::an_exit_at_the_end_spawns_tasks` |
//! | no runtime at all | all that go through `check_anywhere` and `check_not_send` |
//! | `shield` | `shield::` all |
#![forbid(unsafe_code)]

mod body;
mod cancel;
#[cfg(unix)]
mod ctrl_c;
mod foreign;
mod generator;
mod moment;
mod moved;
mod panics;
mod shield;
mod shutdown;
mod support;
