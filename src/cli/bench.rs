//! `kentongan bench`: what one cohort's fan-out costs this machine, step by step, on a throw-away hub.
//!
//! Every figure is the median of many rounds in one run, so that figures compare with each other.

use std::time::{Duration, Instant};

use kentongan_protocol::COHORT;
use kentongan_protocol::charter::{History, Replies};
use kentongan_protocol::keys::{CohortSecret, Token};
use kentongan_protocol::transform::{Capsule, FixedBase, Path, Tokens};
use serde_json::json;

use super::failure::Failure;
use super::output::Output;
use super::running::stop_when_asked;
use super::throw_away::ThrowAway;
use crate::client::{self, Rules};
use crate::tokens::{self, Place};

/// Measure a cohort's fan-out on this machine
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan bench
  kentongan bench --rounds 200 --json")]
pub(super) struct Args {
    /// How often each step is measured
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(3..=10_000))]
    rounds: u16,
}

/// Measures it all and cleans up, also after a failure.
pub(super) async fn run(args: &Args, output: Output) -> Result<(), Failure> {
    client::install_tls();
    let stop = stop_when_asked()?;
    let stage = ThrowAway::start().await?;
    let measured = stage.until(&stop, Box::pin(args.measure(&stage))).await;
    stage.end(false).await?;
    let steps = measured?;
    let line = |(what, time): &(String, Duration)| {
        format!("  {what:<52} {:>9.3} ms", time.as_secs_f64() * 1000.0)
    };
    let text = steps.iter().map(line).collect::<Vec<_>>().join("\n");
    let document: serde_json::Map<_, _> = steps
        .iter()
        .map(|(what, time)| (what.clone(), json!(time.as_secs_f64() * 1000.0)))
        .collect();
    output.hint(&format!("medians of {} rounds, one cohort of {COHORT} members:", args.rounds));
    output.show(&json!({ "rounds": args.rounds, "milliseconds": document }), &text)
}

impl Args {
    async fn measure(&self, stage: &ThrowAway) -> Result<Vec<(String, Duration)>, Failure> {
        let hub = stage.hub();
        let broken = |error: crate::problem::Problem| Failure::new("bench", error.to_string());
        let mut office = stage.person("office").await?;
        let rules = Rules { replies: Replies::None, history: History::FromJoining };
        let audience = office.found("bench", rules).await?;
        let chain = office.sync(&audience).await?;
        let s = chain.current().cohorts[0];
        let place = Place::new(&audience, &s);
        let members: Vec<_> = (0..COHORT).map(|_| token()).collect();
        let mut tx = hub.db.write().await.map_err(|e| broken(e.into()))?;
        let all = members.iter().enumerate().map(|(slot, token)| (slot, Some(token)));
        tokens::put(hub, &mut tx, place, all).await.map_err(broken)?;
        tx.commit().await.map_err(|e| broken(e.into()))?;

        let mut reading = Vec::new();
        let mut read = Tokens::vacant(0);
        for _ in 0..self.rounds {
            let began = Instant::now();
            let mut tx = hub.db.read().await.map_err(|e| broken(e.into()))?;
            read = tokens::read(hub, &mut tx, place, COHORT).await.map_err(broken)?;
            drop(tx);
            reading.push(began.elapsed());
        }
        let mut steps = vec![("read and unseal the tokens (SQLite)".to_owned(), median(reading))];
        // A cohort's key is as good a point as a post's capsule.
        let capsule = Capsule::of_accepted(s.as_bytes())
            .map_err(|error| Failure::new("bench", error.to_string()))?;
        for path in Path::ALL.into_iter().rev().filter(|path| path.is_available()) {
            steps.extend(self.multiply(path, &capsule, &read)?);
        }
        Ok(steps)
    }

    fn multiply(
        &self,
        path: Path,
        capsule: &Capsule,
        tokens: &Tokens,
    ) -> Result<Vec<(String, Duration)>, Failure> {
        let (mut tabulating, mut multiplying) = (Vec::new(), Vec::new());
        let mut pack = vec![[0; 32]; COHORT];
        for _ in 0..self.rounds {
            let began = Instant::now();
            let Some(table) = FixedBase::with_path(path, capsule, COHORT) else { break };
            tabulating.push(began.elapsed());
            let began = Instant::now();
            table
                .transform(tokens.slots(), &mut pack)
                .map_err(|error| Failure::new("bench", error.to_string()))?;
            multiplying.push(began.elapsed());
        }
        Ok(vec![
            (format!("make a post's table ({path})"), median(tabulating)),
            (format!("multiply, one core ({path})"), median(multiplying)),
        ])
    }
}

/// A token like any member's: a random scalar.
fn token() -> Token {
    let s = CohortSecret::random(&mut rand::rng());
    Token::from_bytes(&s.to_bytes()).expect("a cohort's secret is a scalar that is not zero")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
