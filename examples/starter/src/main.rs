//! Asks sensors for their values, all at once, and prints what they say in time.

use std::time::Duration;
use taipan::prelude::*;

/// How long a sensor may take.
const LIMIT: Duration = Duration::from_secs(2);

#[taipan::main]
async fn main() -> taipan::Result {
    let sensors = match std::env::args().nth(1) {
        Some(path) => to_thread(move || load(&path)).await?,
        None => vec![Sensor::new("cellar", 30), Sensor::new("roof", 10)],
    };
    with!(line = Line::open().await?, {
        for report in ask_all(line, &sensors).await {
            println!("{report}");
        }
    }); // the line is closed, whatever has happened
    Ok(())
}

/// A line for each sensor, in their order.
async fn ask_all(line: &Line, sensors: &[Sensor]) -> Vec<String> {
    gather!(..sensors.iter().map(|sensor| ask(line, sensor)), limit = 8).await
}

async fn ask(line: &Line, sensor: &Sensor) -> String {
    let name = &sensor.name;
    match timeout!(LIMIT, line.read(sensor)).await {
        Ok(Ok(value)) => format!("{name}: {value}"),
        Ok(Err(error)) => format!("{name}: {error}"),
        Err(late) => format!("{name}: {late}"),
    }
}

struct Sensor {
    name: String,
    delay: Duration,
}

impl Sensor {
    fn new(name: &str, millis: u64) -> Sensor {
        let name = name.to_owned();
        let delay = Duration::from_millis(millis);
        Sensor { name, delay }
    }
}

/// What blocks has a thread of its own: this is called by `to_thread` only.
#[expect(clippy::disallowed_methods)]
fn load(path: &str) -> taipan::Result<Vec<Sensor>> {
    let mut sensors = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let (name, millis) = line.split_once(' ').ok_or("a name, a space, a number")?;
        sensors.push(Sensor::new(name, millis.trim().parse()?));
    }
    Ok(sensors)
}

/// The line to the sensors.
struct Line;

impl Line {
    async fn open() -> taipan::Result<Line> {
        sleep!(10ms).await;
        Ok(Line)
    }

    async fn read(&self, sensor: &Sensor) -> taipan::Result<u128> {
        sleep(sensor.delay).await;
        Ok(sensor.delay.as_millis())
    }
}

impl Resource for Line {
    type Exit = ();

    async fn exit(self, outcome: Outcome) {
        sleep!(10ms).await; // says goodbye
        println!("the line is closed: {outcome:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taipan::time::Instant;

    #[taipan::test(virtual_time)]
    async fn a_sensor_that_is_late_holds_up_no_other() {
        let start = Instant::now();
        let sensors = [Sensor::new("stuck", 3_600_000), Sensor::new("quick", 5)];
        let reports = ask_all(&Line, &sensors).await;
        assert!(reports[0].starts_with("stuck: "), "{}", reports[0]);
        assert_eq!(reports[1], "quick: 5");
        assert_eq!(start.elapsed(), LIMIT);
    }
}
