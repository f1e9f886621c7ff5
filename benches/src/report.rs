//! The table, for people and for programs.

use std::fmt::Write;
use std::ops::Range;

use crate::machine::Conditions;
use crate::table::{Figures, Line, Table};
use crate::workload::TIME;

/// A table, the runs to tell of, and their conditions.
pub(crate) struct Report<'a> {
    pub(crate) table: &'a Table,
    pub(crate) runs: Range<usize>,
    pub(crate) conditions: &'a Conditions,
}

impl Report<'_> {
    /// The table for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "nanoseconds an operation, where no other unit is named: median, spread of the runs, \
             ratio to the faster tokio\n{} runs, {}\n",
            self.runs.len(),
            self.conditions
        );
        if cfg!(debug_assertions) {
            text.push_str(
                "built without optimisation, a hundredth of the work: these figures say nothing\n",
            );
        }
        let first = self.table.lines.iter().map(|line| heading(line).len()).max().unwrap_or(0);
        let _ = write!(text, "\n{:first$}", "");
        for name in &self.table.columns {
            let _ = write!(text, "{name:>24}");
        }
        text.push('\n');
        for line in &self.table.lines {
            let _ = write!(text, "{:first$}", heading(line));
            for &rival in &self.table.columns {
                let shown = match self.table.figures(line, rival, &self.runs) {
                    Some(figures) => show(figures, self.table.ratio(line, rival, &self.runs)),
                    None if self.table.has(line, rival) => "failed".to_owned(),
                    None => "-".to_owned(),
                };
                let _ = write!(text, "{shown:>24}");
            }
            text.push('\n');
        }
        text.push('\n');
        let mut told = "";
        for line in &self.table.lines {
            if line.workload != told {
                let _ = writeln!(text, "{:first$}  {}", line.workload, line.about);
                told = line.workload;
            }
        }
        text
    }

    /// One JSON object a line: the conditions, then a figure of a cell each. The names need no escapes.
    pub(crate) fn json(&self) -> String {
        let mut json =
            format!("{{\"runs\":{},{}}}\n", self.runs.len(), self.conditions.json_fields());
        for line in &self.table.lines {
            for &rival in &self.table.columns {
                if !self.table.has(line, rival) {
                    continue;
                }
                let _ = write!(
                    json,
                    "{{\"workload\":\"{}\",\"contestant\":\"{rival}\",\"unit\":\"{}\"",
                    line.name(),
                    line.figure.unit
                );
                match self.table.figures(line, rival, &self.runs) {
                    Some(Figures { median, least, most }) => {
                        let _ = write!(
                            json,
                            ",\"median\":{median:.2},\"least\":{least:.2},\"most\":{most:.2}"
                        );
                    }
                    None => json.push_str(",\"failed\":true"),
                }
                if let Some(ratio) = self.table.ratio(line, rival, &self.runs) {
                    let _ = write!(json, ",\"ratio\":{ratio:.3}");
                }
                json.push_str("}\n");
            }
        }
        json
    }
}

/// What stands at the left of a line.
fn heading(line: &Line) -> String {
    if line.figure == TIME { line.name() } else { format!("{} {}", line.name(), line.figure.unit) }
}

/// A cell of the table: `123.4 ~10% (1.25)`.
fn show(figures: Figures, ratio: Option<f64>) -> String {
    let ratio = ratio.map(|ratio| format!(" ({ratio:.2})")).unwrap_or_default();
    format!("{:.1} ~{:.0}%{ratio}", figures.median, figures.spread() * 100.0)
}
