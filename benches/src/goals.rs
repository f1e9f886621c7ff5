//! What taipan is measured against: the goals, and whether they are met.
//!
//! A run of one session may be unlucky: everything is measured in several sessions, and a goal is met
//! when it is met in most of them. A ratio may miss by [`SLACK`], which is what two measurements of one
//! and the same program differ by.

use std::fmt::{self, Write};
use std::ops::Range;

use crate::table::{self, Table};

pub(crate) const SESSIONS: usize = 5;
const ENOUGH: usize = 3;
const SLACK: f64 = 0.15;

/// The contestant that has the goals.
const OURS: &str = "taipan";

/// How much a goal counts.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A miss is a failure.
    Must,
    /// A miss is told.
    Aim,
}

#[derive(Clone, Copy)]
enum Bound {
    /// At most so many parts of what the faster tokio needs.
    OfTokio(f64),
    /// At most so much, in the unit of the line.
    AtMost(f64),
    /// At least so many times as fast as uvloop, as the median of [`SCHEDULING`].
    TimesUvloop(f64),
}

struct Goal {
    kind: Kind,
    /// A line of the table; for several, their common name.
    line: &'static str,
    bound: Bound,
}

/// The workloads that mostly schedule: where uvloop is compared.
const SCHEDULING: &[&str] = &[
    "spawn",
    "spawn100",
    "spawn1",
    "chain",
    "yield",
    "yield1",
    "gather10",
    "gather1000",
    "oneshot",
    "echo1",
    "echo1000",
    "channel1",
    "channel4",
    "mutex",
    "semaphore",
    "timeout",
    "timeout1000",
];

const fn must(line: &'static str, bound: Bound) -> Goal {
    Goal { kind: Kind::Must, line, bound }
}

const fn aim(line: &'static str, bound: Bound) -> Goal {
    Goal { kind: Kind::Aim, line, bound }
}

/// All of them. `gather1000` refers to `join_all`, which is how tokio's users gather.
const GOALS: &[Goal] = &[
    must("spawn", Bound::OfTokio(0.40)),
    must("chain", Bound::OfTokio(0.40)),
    must("yield", Bound::OfTokio(0.70)),
    must("oneshot", Bound::OfTokio(0.80)),
    must("echo1", Bound::OfTokio(0.80)),
    must("echo1000", Bound::OfTokio(0.80)),
    must("channel1", Bound::OfTokio(0.60)),
    must("channel4", Bound::OfTokio(0.70)),
    must("sleep", Bound::OfTokio(0.65)),
    must("timeout", Bound::OfTokio(0.80)),
    must("mutex", Bound::OfTokio(0.90)),
    must("gather1000", Bound::OfTokio(0.15)),
    must("memory beyond", Bound::AtMost(200.0)),
    must("idle wakeups", Bound::AtMost(0.0)),
    must("hog p99", Bound::AtMost(2000.0)),
    must("hog-wake p99", Bound::AtMost(2000.0)),
    must("hog-timer p99", Bound::AtMost(2000.0)),
    must("cpu", Bound::OfTokio(1.0)),
    must("cpu10", Bound::OfTokio(1.0)),
    aim("spawn100", Bound::OfTokio(1.0)),
    aim("spawn1", Bound::OfTokio(1.0)),
    aim("semaphore", Bound::OfTokio(0.95)),
    aim("channel44", Bound::OfTokio(1.0)),
    aim("join10", Bound::OfTokio(1.0)),
    aim("select2", Bound::OfTokio(1.0)),
    aim("select8", Bound::OfTokio(1.0)),
    aim("gather10", Bound::OfTokio(1.0)),
    aim("threads", Bound::OfTokio(1.0)),
    aim("threads1", Bound::OfTokio(1.0)),
    aim("blocking", Bound::OfTokio(1.0)),
    aim("tcp1 cpu", Bound::OfTokio(1.0)),
    aim("tcp64 cpu", Bound::OfTokio(1.0)),
    aim("tcp512 cpu", Bound::OfTokio(1.0)),
    aim("scheduling", Bound::TimesUvloop(20.0)),
];

impl Bound {
    /// What `line` reached in `runs`; `None` if it has no figures.
    fn reached(self, line: &str, table: &Table, runs: &Range<usize>) -> Option<f64> {
        if let Bound::TimesUvloop(_) = self {
            return times_uvloop(table, runs);
        }
        let line = table.lines.iter().find(|known| known.name() == line)?;
        match self {
            Bound::OfTokio(_) => table.ratio(line, OURS, runs),
            _ => table.figures(line, OURS, runs).map(|figures| figures.median),
        }
    }

    fn met(self, reached: f64) -> bool {
        match self {
            Bound::OfTokio(most) => reached <= most + SLACK,
            Bound::AtMost(most) => reached <= most,
            Bound::TimesUvloop(least) => reached >= least,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::OfTokio(most) => write!(f, "<= {most:.2} of tokio"),
            Bound::AtMost(most) => write!(f, "<= {most}"),
            Bound::TimesUvloop(least) => write!(f, ">= {least} x uvloop"),
        }
    }
}

/// How many times as fast as uvloop we are: the median of the scheduling workloads.
pub(crate) fn times_uvloop(table: &Table, runs: &Range<usize>) -> Option<f64> {
    let lines = table.lines.iter().filter(|line| SCHEDULING.contains(&line.workload));
    let times = lines.filter_map(|line| {
        let of = |rival| table.figures(line, rival, runs).map(|figures| figures.median);
        Some(of("uvloop")? / of(OURS)?)
    });
    table::median(times.collect())
}

/// A goal, and what each session reached; `None` where it has no figures.
struct Verdict {
    goal: &'static Goal,
    sessions: Vec<Option<f64>>,
}

impl Verdict {
    /// In how many sessions it was met.
    fn times_met(&self) -> usize {
        self.sessions.iter().flatten().filter(|&&reached| self.goal.bound.met(reached)).count()
    }

    fn met(&self) -> bool {
        self.times_met() >= ENOUGH
    }
}

/// Whether the goals are met.
pub(crate) struct Verdicts(Vec<Verdict>);

impl Verdicts {
    /// Of all goals whose workloads were measured; a session is `runs` runs.
    pub(crate) fn of(table: &Table, runs: usize) -> Verdicts {
        let verdict = |goal: &'static Goal| {
            let session = |number| {
                let runs = number * runs..(number + 1) * runs;
                goal.bound.reached(goal.line, table, &runs)
            };
            Verdict { goal, sessions: (0..SESSIONS).map(session).collect() }
        };
        Verdicts(GOALS.iter().filter(|goal| is_measured(goal, table)).map(verdict).collect())
    }

    /// Whether a goal is missed that must be met.
    pub(crate) fn failed(&self) -> bool {
        self.0.iter().any(|verdict| verdict.goal.kind == Kind::Must && !verdict.met())
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "\ngoals of {OURS}: what each of {SESSIONS} sessions reached; met if {ENOUGH} do, a ratio with {SLACK} to spare\n"
        );
        for verdict @ Verdict { goal, sessions } in &self.0 {
            let bound = goal.bound.to_string();
            let _ = write!(text, "{:<5}{:<15}{bound:<18}", goal.kind.name(), goal.line);
            for reached in sessions {
                let reached = reached.map_or("-".to_owned(), |reached| format!("{reached:.2}"));
                let _ = write!(text, "{reached:>10}");
            }
            let met = if verdict.met() { "met" } else { "MISSED" };
            let _ = writeln!(text, "  {met} ({} of {SESSIONS})", verdict.times_met());
        }
        text
    }

    /// One JSON object a line.
    pub(crate) fn json(&self) -> String {
        let mut json = String::new();
        for verdict @ Verdict { goal, sessions } in &self.0 {
            let reached: Vec<_> = sessions
                .iter()
                .map(|reached| reached.map_or("null".to_owned(), |reached| format!("{reached:.3}")))
                .collect();
            let _ = writeln!(
                json,
                "{{\"goal\":\"{}\",\"kind\":\"{}\",\"bound\":\"{}\",\"sessions\":[{}],\"met\":{}}}",
                goal.line,
                goal.kind.name(),
                goal.bound,
                reached.join(","),
                verdict.met()
            );
        }
        json
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Must => "must",
            Kind::Aim => "aim",
        }
    }
}

/// Whether the command line asked for the workload of the goal.
fn is_measured(goal: &Goal, table: &Table) -> bool {
    match goal.bound {
        Bound::TimesUvloop(_) => times_uvloop(table, &(0..usize::MAX)).is_some(),
        _ => table.lines.iter().any(|line| line.name() == goal.line),
    }
}

/// Whether some goal refers to the workload.
pub(crate) fn has_goal(workload: &str) -> bool {
    let is_of = |goal: &Goal| goal.line.split(' ').next() == Some(workload);
    GOALS.iter().any(is_of) || SCHEDULING.contains(&workload)
}

#[cfg(test)]
mod tests {
    use super::{Bound, GOALS, OURS, SCHEDULING, SESSIONS, Verdicts, times_uvloop};
    use crate::measure::{Cell, Failure};
    use crate::table::Table;
    use crate::workload;

    /// A table of one workload in which each session has one run, with these times of ours; tokio's
    /// are 100.
    fn table(workload: &'static str, ours: [f64; SESSIONS]) -> Table {
        let rows: Vec<_> = workload::all().into_iter().filter(|row| row.name == workload).collect();
        let mut table = Table::new(&rows, &[OURS, "tokio-mt", "tokio-ct", "uvloop"]);
        for (run, time) in ours.into_iter().enumerate() {
            table.add(run, Cell { workload, rival: OURS }, Ok(vec![time]));
            table.add(run, Cell { workload, rival: "tokio-mt" }, Ok(vec![300.0]));
            table.add(run, Cell { workload, rival: "tokio-ct" }, Ok(vec![100.0]));
            table.add(run, Cell { workload, rival: "uvloop" }, Ok(vec![1000.0]));
        }
        table
    }

    #[test]
    fn every_goal_refers_to_a_line() {
        let table = Table::new(&workload::all(), &[]);
        for goal in GOALS {
            let known = table.lines.iter().any(|line| line.name() == goal.line);
            assert!(known || matches!(goal.bound, Bound::TimesUvloop(_)), "{}", goal.line);
        }
        for name in SCHEDULING {
            assert!(table.lines.iter().any(|line| line.name() == *name), "{name}");
        }
    }

    #[test]
    fn three_of_five_sessions_are_enough() {
        let met = Verdicts::of(&table("yield", [84.0, 10.0, 70.0, 200.0, 90.0]), 1);
        assert!(!met.failed());
        assert!(met.text().contains("met (3 of 5)"), "{}", met.text());
        let missed = Verdicts::of(&table("yield", [86.0, 10.0, 70.0, 200.0, 90.0]), 1);
        assert!(missed.failed());
        assert!(missed.text().contains("MISSED (2 of 5)"), "{}", missed.text());
    }

    #[test]
    fn what_is_an_aim_only_may_be_missed() {
        let verdicts = Verdicts::of(&table("semaphore", [500.0; SESSIONS]), 1);
        assert!(verdicts.text().contains("MISSED (0 of 5)"), "{}", verdicts.text());
        assert!(!verdicts.failed());
    }

    #[test]
    fn a_session_that_failed_is_not_met() {
        let mut table = table("yield", [10.0; SESSIONS]);
        for run in 0..3 {
            table.add(run, Cell { workload: "yield", rival: OURS }, Err(Failure::Hung));
        }
        assert!(Verdicts::of(&table, 1).failed());
    }

    #[test]
    fn uvloop_is_compared_by_its_median() {
        assert_eq!(
            times_uvloop(&table("spawn", [10.0, 10.0, 20.0, 50.0, 50.0]), &(0..5)),
            Some(50.0)
        );
    }
}
