//! The ratios as a bar chart: a group of bars for each line, on a logarithmic scale.
//!
//! A bar begins where the faster tokio stands, at 1: to the left is less, which is better.

use std::fmt::Write;
use std::ops::Range;

use crate::table::{Line, Table};

/// Pixels.
const LABELS: f64 = 150.0;
const WIDTH: f64 = 720.0;
const MARGIN: f64 = 60.0;
const BAR: f64 = 11.0;
const GAP: f64 = 10.0;
const HEAD: f64 = 70.0;

/// One for each contestant; told apart also by those who see no red or green.
const COLOURS: [&str; 8] =
    ["#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#009e73", "#999999", "#cc79a7", "#f0e442"];

/// Where the scale has lines.
const MARKS: [f64; 13] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// A line of the table with its bars: the contestant's place and its ratio.
struct Group<'a> {
    line: &'a Line,
    bars: Vec<(usize, f64)>,
}

/// The chart, as SVG.
pub(crate) fn svg(table: &Table, runs: &Range<usize>, caption: &str) -> String {
    let groups: Vec<_> = table.lines.iter().filter_map(|line| group(table, line, runs)).collect();
    let scale = Scale::of(groups.iter().flat_map(|group| &group.bars).map(|&(_, ratio)| ratio));
    let height = HEAD + groups.iter().map(height_of).sum::<f64>() + MARGIN;
    let width = LABELS + WIDTH + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    text(&mut svg, 10.0, 18.0, "start", "relative to the faster tokio: left of 1 is better");
    for (number, line) in caption.lines().enumerate() {
        text(&mut svg, 10.0, height - 24.0 + 14.0 * number as f64, "start", line);
    }
    legend(&mut svg, &table.columns);
    for mark in MARKS.into_iter().filter(|&mark| scale.has(mark)) {
        let (x, bottom) = (scale.at(mark), height - MARGIN);
        let colour = if mark == 1.0 { "#333333" } else { "#dddddd" };
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {HEAD} V{bottom:.1}\" stroke=\"{colour}\" fill=\"none\"/>"
        );
        text(&mut svg, x, HEAD - 6.0, "middle", &mark.to_string());
        text(&mut svg, x, bottom + 14.0, "middle", &mark.to_string());
    }
    let mut top = HEAD;
    for group in &groups {
        draw(&mut svg, group, top + GAP / 2.0, &scale, &table.columns);
        top += height_of(group);
    }
    svg.push_str("</svg>\n");
    svg
}

/// `None`: there is nothing that it could be compared with.
fn group<'a>(table: &Table, line: &'a Line, runs: &Range<usize>) -> Option<Group<'a>> {
    let ratio = |rival| table.ratio(line, rival, runs).filter(|&ratio| ratio > 0.0);
    let bars = table.columns.iter().enumerate();
    let bars: Vec<_> = bars.filter_map(|(place, &rival)| Some((place, ratio(rival)?))).collect();
    if bars.is_empty() { None } else { Some(Group { line, bars }) }
}

fn height_of(group: &Group<'_>) -> f64 {
    BAR * group.bars.len() as f64 + GAP
}

/// Where a ratio stands.
struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    /// Wide enough for all ratios, as far as there are marks; what lies beyond ends at the border.
    fn of(ratios: impl Iterator<Item = f64>) -> Scale {
        let (mut least, mut most) = (0.5_f64, 2.0_f64);
        for ratio in ratios {
            (least, most) = (least.min(ratio), most.max(ratio));
        }
        let [first, .., last] = MARKS;
        let below = |mark: &&f64| **mark <= least;
        let above = |mark: &&f64| **mark >= most;
        Scale {
            least: MARKS.iter().rfind(below).copied().unwrap_or(first),
            most: MARKS.iter().find(above).copied().unwrap_or(last),
        }
    }

    fn has(&self, mark: f64) -> bool {
        (self.least..=self.most).contains(&mark)
    }

    fn at(&self, ratio: f64) -> f64 {
        let ratio = ratio.clamp(self.least, self.most);
        LABELS + WIDTH * (ratio / self.least).ln() / (self.most / self.least).ln()
    }
}

fn legend(svg: &mut String, columns: &[&str]) {
    let mut x = LABELS;
    for (place, name) in columns.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"30\" width=\"10\" height=\"10\" fill=\"{}\"/>",
            COLOURS[place % COLOURS.len()]
        );
        text(svg, x + 14.0, 39.0, "start", name);
        x += 90.0;
    }
}

fn draw(svg: &mut String, group: &Group<'_>, top: f64, scale: &Scale, columns: &[&str]) {
    let middle = top + BAR * group.bars.len() as f64 / 2.0 + 3.0;
    text(svg, 10.0, middle, "start", &group.line.name());
    let mut y = top;
    for &(place, ratio) in &group.bars {
        let (one, end) = (scale.at(1.0), scale.at(ratio));
        let (x, wide) = (one.min(end), (one - end).abs().max(1.0));
        let (colour, thick) = (COLOURS[place % COLOURS.len()], BAR - 1.0);
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{thick}\" \
             fill=\"{colour}\"><title>{} on {}: {ratio:.2}</title></rect>",
            group.line.name(),
            columns[place]
        );
        let (at, anchor) = if ratio < 1.0 { (end - 3.0, "end") } else { (end + 3.0, "start") };
        text(svg, at, y + 8.5, anchor, &format!("{ratio:.2}"));
        y += BAR;
    }
}

/// The names and numbers that are written need no escapes.
fn text(svg: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
}

#[cfg(test)]
mod tests {
    use super::{MARKS, Scale};

    #[test]
    fn the_scale_is_logarithmic_and_holds_every_ratio() {
        let scale = Scale::of([0.12, 7.0].into_iter());
        assert_eq!((scale.least, scale.most), (0.1, 10.0));
        let (tenth, one, ten) = (scale.at(0.1), scale.at(1.0), scale.at(10.0));
        assert!((one - tenth - (ten - one)).abs() < 1e-6);
    }

    #[test]
    fn what_is_beyond_the_marks_ends_at_the_border() {
        let scale = Scale::of([1e-6, 1e6].into_iter());
        assert_eq!(scale.at(1e-6), scale.at(MARKS[0]));
        assert_eq!(scale.at(1e6), scale.at(100.0));
    }
}
