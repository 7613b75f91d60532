//! The medians of a run as the table that `docs/performance.md` shows.

use std::fmt;
use std::fs;
use std::path::PathBuf;

/// What a worker did without a table.
pub(crate) const PLAIN: &str = "plain multiplication and encoding";
/// What a sender does for each recipient without a hub that helps.
pub(crate) const HPKE: &str = "HPKE sealing of a 32-byte key";

/// The medians of this run, in nanoseconds for one unit.
pub(crate) struct Report {
    /// Where criterion keeps its results.
    results: PathBuf,
    rows: Vec<(String, f64)>,
}

impl Report {
    pub(crate) fn of(results: PathBuf) -> Self {
        Self { results, rows: Vec::new() }
    }

    /// Enters a result that has just been measured; one that a filter left out has none.
    pub(crate) fn enter(&mut self, name: &str, units: usize) {
        if let Some(median) = self.median(name) {
            let units = u32::try_from(units).expect("a few million at most");
            self.rows.push((name.to_owned(), median / f64::from(units)));
        }
    }

    fn median(&self, name: &str) -> Option<f64> {
        let file = self.results.join("performance").join(name).join("new/estimates.json");
        let estimates: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
        estimates["median"]["point_estimate"].as_f64()
    }

    fn nanoseconds(&self, name: &str) -> Option<f64> {
        self.rows.iter().find(|(row, _)| row == name).map(|(_, median)| *median)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Medians on one core of {}:\n", processor())?;
        writeln!(f, "| for each | µs | plain ÷ this | HPKE ÷ this |")?;
        writeln!(f, "|---|--:|--:|--:|")?;
        let times = |other: Option<f64>, median: f64| match other {
            Some(other) if other > median => format!("{:.1}", other / median),
            _ => String::new(),
        };
        let (plain, hpke) = (self.nanoseconds(PLAIN), self.nanoseconds(HPKE));
        for (name, median) in &self.rows {
            let (plain, hpke) = if name.contains("recipients") {
                (times(plain, *median), times(hpke, *median))
            } else {
                (String::new(), String::new())
            };
            writeln!(f, "| {name} | {} | {plain} | {hpke} |", micros(*median))?;
        }
        Ok(())
    }
}

/// Three significant digits.
fn micros(nanoseconds: f64) -> String {
    let micros = nanoseconds / 1000.0;
    match micros {
        100.0.. => format!("{micros:.0}"),
        10.0..100.0 => format!("{micros:.1}"),
        1.0..10.0 => format!("{micros:.2}"),
        0.1..1.0 => format!("{micros:.3}"),
        _ => format!("{micros:.5}"),
    }
}

/// The processor's name, where the system tells.
fn processor() -> String {
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = known.lines().find_map(|line| line.strip_prefix("model name"));
    let name = name.map(|line| line.trim_start_matches([' ', '\t', ':']).to_owned());
    name.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}
