//! All that was measured: medians, spreads, and ratios to the faster tokio.

use std::ops::Range;

use crate::measure::{Cell, Failure};
use crate::rival;
use crate::workload::{Figure, Row};

/// What each run measured.
pub(crate) struct Table {
    pub(crate) lines: Vec<Line>,
    pub(crate) columns: Vec<&'static str>,
    measured: Vec<(usize, Cell, Result<Vec<f64>, Failure>)>,
}

/// One figure of a workload.
pub(crate) struct Line {
    pub(crate) workload: &'static str,
    pub(crate) about: &'static str,
    pub(crate) figure: Figure,
    /// Where it stands among the figures of its workload.
    place: usize,
}

impl Line {
    /// `spawn`, or `hog p99`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.workload, self.figure.label).trim_end().to_owned()
    }
}

/// One figure of one cell, several runs together.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Figures {
    /// `None`: there is none.
    fn of(mut figures: Vec<f64>) -> Option<Figures> {
        figures.sort_by(f64::total_cmp);
        let (&least, &most) = (figures.first()?, figures.last()?);
        let (low, high) = (figures[(figures.len() - 1) / 2], figures[figures.len() / 2]);
        Some(Figures { median: f64::midpoint(low, high), least, most })
    }

    /// How far the runs lie apart, in parts of the median.
    pub(crate) fn spread(self) -> f64 {
        if self.most > self.least { (self.most - self.least) / self.median } else { 0.0 }
    }
}

impl Table {
    pub(crate) fn new(rows: &[Row], columns: &[&'static str]) -> Self {
        let lines = rows.iter().flat_map(|row| {
            row.figures.iter().enumerate().map(|(place, &figure)| Line {
                workload: row.name,
                about: row.about,
                figure,
                place,
            })
        });
        Table { lines: lines.collect(), columns: columns.to_vec(), measured: Vec::new() }
    }

    /// Keeps what a run measured.
    pub(crate) fn add(&mut self, run: usize, cell: Cell, result: Result<Vec<f64>, Failure>) {
        if let Err(failure) = &result {
            eprintln!("{} on {}: {failure}", cell.workload, cell.rival);
        }
        self.measured.push((run, cell, result));
    }

    /// Whether a cell has no figures.
    pub(crate) fn failed(&self) -> bool {
        self.measured.iter().any(|(_, _, result)| result.is_err())
    }

    /// Whether the contestant does the workload at all.
    pub(crate) fn has(&self, line: &Line, rival: &'static str) -> bool {
        let wanted = Cell { workload: line.workload, rival };
        self.measured.iter().any(|(_, cell, _)| *cell == wanted)
    }

    /// What `runs` measured. A cell that failed once has no figures.
    pub(crate) fn figures(
        &self,
        line: &Line,
        rival: &'static str,
        runs: &Range<usize>,
    ) -> Option<Figures> {
        let wanted = Cell { workload: line.workload, rival };
        let of_cell =
            self.measured.iter().filter(|(run, cell, _)| *cell == wanted && runs.contains(run));
        let figures: Option<Vec<f64>> =
            of_cell.map(|(_, _, result)| result.as_ref().ok()?.get(line.place).copied()).collect();
        Figures::of(figures?)
    }

    /// The figure in parts of the faster tokio's; `None` also where that one is nothing.
    pub(crate) fn ratio(
        &self,
        line: &Line,
        rival: &'static str,
        runs: &Range<usize>,
    ) -> Option<f64> {
        let reference = self
            .columns
            .iter()
            .filter(|name| rival::is_reference(name))
            .filter_map(|&tokio| self.figures(line, tokio, runs))
            .map(|figures| figures.median)
            .min_by(f64::total_cmp)
            .filter(|&reference| reference > 0.0)?;
        Some(self.figures(line, rival, runs)?.median / reference)
    }
}
