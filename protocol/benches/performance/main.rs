//! What one post, one member and one recipient cost; the medians end up in `docs/performance.md`.
//!
//! Everything runs on one core. What is slow enough to be felt is measured as it is used: the
//! transform of 4,096 recipients includes building the table.

mod cpu;
mod report;
#[path = "../../tests/village/mod.rs"]
mod village;

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, SamplingMode};
use curve25519_dalek::{RistrettoPoint, scalar::Scalar};
use hpke::{
    Deserializable, OpModeS, aead::ChaCha20Poly1305, kdf::HkdfSha256, kem::X25519HkdfSha256,
    single_shot_seal_with_rng,
};
use kentongan_protocol::COHORT;
use kentongan_protocol::ids::{AccountId, AudienceId, ExchangeKey, PostId};
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::post::{Key, Kind};
use kentongan_protocol::primitives::{ExchangeSecret, kdf};
use kentongan_protocol::token::Batch;
use kentongan_protocol::transform::{Capsule, FixedBase, Path};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use cpu::CpuTime;
use report::Report;
use village::Village;

type Group<'a> = BenchmarkGroup<'a, CpuTime>;

/// A large audience.
const MILLION: usize = 1_000_000;
/// A school class.
const CLASS: usize = 30;
/// Rounds of four field multiplications that are timed together.
const ROUNDS: usize = 1000;

fn main() {
    let results = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("performance");
    // An earlier run's results are not this one's.
    let _ = std::fs::remove_dir_all(&results);
    let mut criterion = Criterion::default()
        .with_measurement(CpuTime)
        .without_plots()
        .output_directory(&results)
        .configure_from_args();
    let mut report = Report::of(results);
    let mut group = criterion.benchmark_group("performance");
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    without_tokens(&mut group, &mut report);
    transforms(&mut group, &mut report);
    fields(&mut group, &mut report);
    members(&mut group, &mut report);
    posts(&mut group, &mut report);
    group.finish();
    println!("{report}");
}

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(1)
}

/// Measures `routine` and enters it as `units` of its kind.
fn measure<T>(
    group: &mut Group<'_>,
    report: &mut Report,
    (name, units): (&str, usize),
    mut routine: impl FnMut() -> T,
) {
    group.bench_function(name, |bencher| bencher.iter(&mut routine));
    report.enter(name, units);
}

/// What a recipient costs where somebody who can read makes its ciphertext.
fn without_tokens(group: &mut Group<'_>, report: &mut Report) {
    let mut rng = rng();
    let key = [7; 32];
    let recipient = ExchangeSecret::random(&mut rng).public();

    let public = <X25519HkdfSha256 as hpke::Kem>::PublicKey::from_bytes(recipient.as_bytes())
        .expect("32 bytes are a key");
    measure(group, report, (report::HPKE, 1), || {
        single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            b"kentongan",
            &key,
            b"",
            &mut rng,
        )
        .expect("it is short")
    });

    let ephemeral = ExchangeSecret::random(&mut self::rng());
    measure(group, report, ("X25519 wrap with a shared ephemeral key", 1), || {
        let shared = ephemeral.agree(black_box(&recipient)).expect("a good key");
        let mask = kdf::<32>(None, shared.as_slice(), "wrap", recipient.as_bytes());
        let wrapped: [u8; 32] = core::array::from_fn(|i| key[i] ^ mask[i]);
        wrapped
    });
}

/// Tokens times one capsule, without and with a table.
fn transforms(group: &mut Group<'_>, report: &mut Report) {
    let mut rng = rng();
    let e = RistrettoPoint::mul_base(&Scalar::from(rng.next_u64()));
    let capsule = Capsule::of_accepted(&e.compress().to_bytes()).expect("a point");
    let tokens: Vec<_> = (0..MILLION).map(|_| Scalar::random(&mut rng)).collect();

    let mut each = tokens.iter().cycle();
    measure(group, report, (report::PLAIN, 1), || {
        each.next().map(|token| (e * token).compress().to_bytes())
    });

    let tokens: Vec<_> = tokens.iter().map(Scalar::to_bytes).collect();
    let mut out = vec![[0; 32]; MILLION];
    for slots in [CLASS, COHORT, MILLION] {
        // Of a million, seconds each, ten samples on the path that would be taken.
        let large = slots == MILLION;
        if large {
            group.sample_size(10).sampling_mode(SamplingMode::Flat);
        }
        let wanted = |path: &Path| path.is_available() && (!large || *path == Path::best());
        for path in Path::ALL.into_iter().filter(wanted) {
            let name = format!("{slots} recipients, {path}");
            measure(group, report, (&name, slots), || {
                let base = FixedBase::with_path(path, &capsule, slots).expect("it is available");
                base.transform(&tokens[..slots], &mut out[..slots]).expect("tokens are canonical");
            });
        }
    }
    group.sample_size(100).sampling_mode(SamplingMode::Auto);
}

/// The floor under the transforms.
fn fields(group: &mut Group<'_>, report: &mut Report) {
    for path in Path::ALL.into_iter().filter(|path| path.is_available()) {
        let name = format!("one field multiplication, {path}");
        measure(group, report, (&name, 4 * ROUNDS * path.lanes()), || {
            path.multiplications(black_box(ROUNDS))
        });
    }
}

/// A member's enrolment and its reading.
fn members(group: &mut Group<'_>, report: &mut Report) {
    let mut rng = rng();
    let s = CohortSecret::random(&mut rng);
    let batch = Batch::random(&mut rng);
    let members: Vec<(AccountId, ExchangeKey)> =
        (0..CLASS).map(|_| ([1; 32].into(), ExchangeSecret::random(&mut rng).public())).collect();
    measure(group, report, ("making a member's token, 30 in a batch", CLASS), || {
        batch.enrol(&AudienceId([2; 32]), &s, &members)
    });

    let mut village = Village::new(1, 1, |_| ());
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    let pack = village.pack(&post, 0, &[]);
    let key = Key::Member { slot: &pack[0], d: &village.members[0][0].d };
    let reading = village.reading(0, key);
    let delivered = post.delivered(0).expect("a wrap");
    measure(group, report, ("opening a member's post, with every check", 1), || {
        assert!(reading.open(black_box(&delivered)).is_ok());
    });
}

/// A publisher's post, which costs one multiplication for each cohort.
fn posts(group: &mut Group<'_>, report: &mut Report) {
    for (cohorts, noun) in [(1, "cohort"), (25, "cohorts"), (250, "cohorts")] {
        let mut village = Village::new(cohorts, 0, |terms| {
            terms.replies = kentongan_protocol::charter::Replies::Desk;
        });
        let name = format!("sealing a post to {cohorts} {noun}");
        measure(group, report, (&name, 1), || village.post(Kind::Announcement, PostId::ZERO));
    }
}
