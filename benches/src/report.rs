//! Medians, spreads, and ratios to the faster tokio.

use std::fmt::Write;

use crate::args::Args;
use crate::machine;
use crate::measure::{Cell, Failure};
use crate::rival;

/// All that was measured.
pub(crate) struct Table {
    rows: Vec<(&'static str, &'static str)>,
    columns: Vec<&'static str>,
    runs: usize,
    measured: Vec<(Cell, Result<f64, Failure>)>,
}

/// The times of one cell, all runs together.
#[derive(Clone, Copy)]
struct Figures {
    median: f64,
    fastest: f64,
    slowest: f64,
}

impl Figures {
    /// `None`: there is no time.
    fn of(mut times: Vec<f64>) -> Option<Figures> {
        times.sort_by(f64::total_cmp);
        let (&fastest, &slowest) = (times.first()?, times.last()?);
        let (low, high) = (times[(times.len() - 1) / 2], times[times.len() / 2]);
        Some(Figures { median: f64::midpoint(low, high), fastest, slowest })
    }

    /// How far the runs lie apart, in parts of the median.
    fn spread(self) -> f64 {
        (self.slowest - self.fastest) / self.median
    }
}

impl Table {
    pub(crate) fn new(args: &Args) -> Self {
        Table {
            rows: args.workloads.iter().map(|row| (row.name, row.about)).collect(),
            columns: args.rivals.clone(),
            runs: args.runs,
            measured: Vec::new(),
        }
    }

    /// Keeps what one run measured.
    pub(crate) fn add(&mut self, cell: Cell, result: Result<f64, Failure>) {
        if let Err(failure) = &result {
            eprintln!("{} on {}: {failure}", cell.workload, cell.rival);
        }
        self.measured.push((cell, result));
    }

    /// Whether a cell has no time.
    pub(crate) fn failed(&self) -> bool {
        self.measured.iter().any(|(_, result)| result.is_err())
    }

    /// A cell that failed once has no figures.
    fn figures(&self, cell: Cell) -> Option<Figures> {
        let runs = self.measured.iter().filter(|(measured, _)| *measured == cell);
        let times: Result<Vec<f64>, &Failure> =
            runs.map(|(_, result)| result.as_ref().copied()).collect();
        times.ok().and_then(Figures::of)
    }

    /// What the ratios of a row refer to: the median of the faster tokio.
    fn reference(&self, workload: &'static str) -> Option<f64> {
        self.columns
            .iter()
            .filter(|name| rival::is_reference(name))
            .filter_map(|&rival| self.figures(Cell { workload, rival }))
            .map(|figures| figures.median)
            .min_by(f64::total_cmp)
    }

    fn conditions(&self) -> String {
        format!("{} runs, {} cores, {}", self.runs, machine::cores(), machine::scheduling())
    }

    /// The table for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "nanoseconds an operation: median, spread of the runs, ratio to the faster tokio\n{}\n\n",
            self.conditions()
        );
        let _ = write!(text, "{:<12}", "");
        for name in &self.columns {
            let _ = write!(text, "{name:>26}");
        }
        text.push('\n');
        for &(workload, _) in &self.rows {
            let _ = write!(text, "{workload:<12}");
            let reference = self.reference(workload);
            for &rival in &self.columns {
                let shown = match self.figures(Cell { workload, rival }) {
                    Some(figures) => show(figures, reference),
                    None => "failed".to_owned(),
                };
                let _ = write!(text, "{shown:>26}");
            }
            text.push('\n');
        }
        text.push('\n');
        for (workload, about) in &self.rows {
            let _ = writeln!(text, "{workload:<12}{about}");
        }
        text
    }

    /// One JSON object a line: the conditions, then a cell each. The names need no escapes.
    pub(crate) fn json(&self) -> String {
        let mut json = format!(
            "{{\"runs\":{},\"cores\":{},\"scheduling\":\"{}\"}}\n",
            self.runs,
            machine::cores(),
            machine::scheduling()
        );
        for &(workload, _) in &self.rows {
            let reference = self.reference(workload);
            for &rival in &self.columns {
                let _ = write!(json, "{{\"workload\":\"{workload}\",\"contestant\":\"{rival}\"");
                if let Some(figures) = self.figures(Cell { workload, rival }) {
                    let Figures { median, fastest, slowest } = figures;
                    let _ = write!(
                        json,
                        ",\"median\":{median:.2},\"fastest\":{fastest:.2},\"slowest\":{slowest:.2}"
                    );
                    if let Some(reference) = reference {
                        let _ = write!(json, ",\"ratio\":{:.3}", median / reference);
                    }
                } else {
                    json.push_str(",\"failed\":true");
                }
                json.push_str("}\n");
            }
        }
        json
    }
}

/// A cell of the table: `123.4 ±10% (1.25)`.
fn show(figures: Figures, reference: Option<f64>) -> String {
    let spread = figures.spread() * 100.0;
    let ratio = match reference {
        Some(reference) => format!("({:.2})", figures.median / reference),
        None => String::new(),
    };
    format!("{:.1} ~{spread:.0}% {ratio}", figures.median)
}
