use kentongan_protocol::transform::*;
use kentongan_protocol::keys::*;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
#[test] fn speed() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let e = CohortSecret::random(&mut rng).public();
    let c = Capsule::of_accepted(e.as_bytes()).unwrap();
    let n = 4096;
    let mut t = Tokens::vacant(n);
    for i in 0..n { let s = CohortSecret::random(&mut rng); t.slots_mut()[i] = *s.to_bytes(); }
    let mut out = vec![[0u8;32]; n];
    for _ in 0..3 {
    let t0 = std::time::Instant::now();
    for i in 0..500 { let s = curve25519_dalek::Scalar::from_canonical_bytes(t.slots()[i]).unwrap(); out[i] = (e.point()*s).compress().to_bytes(); }
    let plain = t0.elapsed().as_nanos() as f64/500e3;
    for slots in [500, 4096, 1_000_000] {
      let t0 = std::time::Instant::now();
      let b = FixedBase::new(&c, slots);
      let tb = t0.elapsed().as_nanos() as f64/1e3;
      let t0 = std::time::Instant::now();
      b.transform(t.slots(), &mut out).unwrap();
      let tt = t0.elapsed().as_nanos() as f64/1e3/n as f64;
      eprintln!("plain {plain:.1}us  slots {slots}: table {tb:.0}us, per slot {tt:.2}us, with table at 4096 {:.2} ({:.1}x)", tt+tb/n as f64, plain/(tt+tb/n as f64));
    } }
}
