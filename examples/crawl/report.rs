//! What the crawler prints: a row for each answer as it comes, and the sum at the end.
//!
//! A visit that is dropped before its end was given up: that is all there is to tell when Ctrl-C
//! cancels the crawl.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use taipan::Elapsed;
use taipan::time::Instant;

use crate::http::Response;

/// Prints the sum when it is dropped.
pub(crate) struct Report {
    start: Instant,
    tally: RefCell<Tally>,
}

#[derive(Default)]
struct Tally {
    pages: u32,
    broken: u32,
    timed_out: u32,
    sum: Duration,
    given_up: Vec<String>,
}

impl Report {
    pub(crate) fn new() -> Report {
        Report { start: Instant::now(), tally: RefCell::default() }
    }

    /// Begins the visit of `page`, which `from` links to.
    pub(crate) fn begin<'a>(&'a self, page: &'a str, from: &'a str) -> Visit<'a> {
        Visit { report: self, page, from, start: Instant::now(), ended: false }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let Tally { pages, broken, timed_out, sum, given_up } = self.tally.get_mut();
        let (took, sum) = (self.start.elapsed().as_secs_f64(), sum.as_secs_f64());
        if !given_up.is_empty() {
            say(format_args!("\ninterrupted, and given up on the way: {}", given_up.join(" ")));
        }
        say(format_args!(
            "\n{pages} pages, {broken} broken, {timed_out} timed out: \
             {took:.1} s, and {sum:.1} s one after the other"
        ));
    }
}

/// The visit of one page.
pub(crate) struct Visit<'a> {
    report: &'a Report,
    page: &'a str,
    from: &'a str,
    start: Instant,
    ended: bool,
}

impl Visit<'_> {
    /// Tells of a try that failed, and of the pause before the next.
    pub(crate) fn fails(&self, status: u16, pause: Duration) {
        self.row(status, "-", format!("again in {} ms", pause.as_millis()));
    }

    /// Ends the visit with the last answer.
    pub(crate) fn end(mut self, answer: taipan::Result<Response>) {
        let mut tally = self.report.tally.borrow_mut();
        let tally = &mut *tally;
        let from = format!("linked from {}", self.from);
        match answer {
            Ok(answer) if answer.status < 400 => {
                self.row(answer.status, format!("{} B", answer.body.len()), "");
            }
            Ok(answer) => {
                tally.broken += 1;
                self.row(answer.status, "-", from);
            }
            Err(error) => {
                let timed_out = error.is::<Elapsed>();
                *(if timed_out { &mut tally.timed_out } else { &mut tally.broken }) += 1;
                self.row("-", "-", format!("{from}: {error}"));
            }
        }
        tally.pages += 1;
        tally.sum += self.start.elapsed();
        self.ended = true;
    }

    fn row(&self, status: impl Display, size: impl Display, note: impl Display) {
        let time = self.start.elapsed().as_millis();
        let row = format!("{status:>4}  {size:>8}  {time:>5} ms  {:<29}  {note}", self.page);
        say(row.trim_end());
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.report.tally.borrow_mut().given_up.push(self.page.to_owned());
        }
    }
}

/// Prints a line. Who reads our output may leave (`| head`); then there is nobody left to tell.
fn say(line: impl Display) {
    drop(writeln!(io::stdout(), "{line}"));
}
