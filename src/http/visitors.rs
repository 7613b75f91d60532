//! How often an address may ask without a session: the door to what the hub does for strangers.
//!
//! Invariant: whoever has a session is never turned away here, and what is remembered of strangers fits into a few megabytes.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, FromRequestParts as _, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use crate::accounts::Caller;
use crate::hub::Hub;
use crate::problem::Problem;

const FORWARDED: &str = "x-forwarded-for";
/// An address may save up a minute's requests, so that a class that joins at once is let in at once.
const MINUTE_US: i64 = 60_000_000;
/// Addresses remembered at most, about 5 MiB of them.
const ADDRESSES: usize = 1 << 16;

/// The door: whom it lets in how often, and the hub behind it.
pub struct Door {
    hub: Arc<Hub>,
    visitors: Visitors,
    warned: AtomicBool,
}

impl Door {
    /// As the hub's settings say.
    #[must_use]
    pub fn of(hub: Arc<Hub>) -> Arc<Self> {
        let visitors = Visitors::new(hub.config.limits.without_session_per_minute);
        Arc::new(Self { hub, visitors, warned: AtomicBool::new(false) })
    }

    /// Counts a stranger's request, or refuses it for so many seconds.
    fn admit(&self, headers: &HeaderMap, peer: IpAddr) -> Result<(), Problem> {
        let proxies = self.hub.config.limits.trusted_proxies;
        if proxies == 0 && headers.contains_key(FORWARDED) && peer.is_loopback() {
            self.warn();
        }
        let address = client(headers, peer, proxies);
        self.visitors.admit(address, self.hub.now_ms()).map_err(Problem::RateLimited)
    }

    fn warn(&self) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "requests come through a proxy, and the setting limits.trusted_proxies is 0: everybody behind it counts as one address"
            );
        }
    }
}

/// Lets in who has a session, and others as often as their address may ask.
pub async fn door(
    State(door): State<Arc<Door>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    // With a session or not is found out first: a flood from an address must not shut out its neighbours who are signed in.
    match Caller::from_request_parts(&mut parts, &door.hub).await {
        // Whoever asks for it again need not ask the database.
        Ok(caller) => drop(parts.extensions.insert(caller)),
        Err(Problem::Unauthenticated(_)) => {
            let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
            let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip());
            door.admit(&parts.headers, peer)?;
        }
        // What else is wrong the handler says, if it matters to it.
        Err(_) => {}
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// Who asks: the peer, or what the outermost of so many proxies of ours wrote down. What stands before that in
/// `X-Forwarded-For` anybody can claim.
fn client(headers: &HeaderMap, peer: IpAddr, proxies: usize) -> IpAddr {
    let lines = headers.get_all(FORWARDED).iter().filter_map(|line| line.to_str().ok());
    let entries: Vec<_> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let entry = entries.len().checked_sub(proxies).and_then(|at| entries.get(at));
    let parse = |entry: &&str| {
        let with_port = || entry.parse::<SocketAddr>().map(|address| address.ip());
        entry.parse().or_else(|_| with_port()).ok()
    };
    entry.and_then(parse).unwrap_or(peer)
}

/// Addresses that asked a short while ago.
struct Visitors {
    /// Between two requests of an address that goes on and on, in microseconds; 0 lets everybody in.
    interval_us: i64,
    /// Until when each has used up its share (the generic cell rate algorithm), in microseconds since 1970.
    until_us: Mutex<HashMap<IpAddr, i64>>,
}

impl Visitors {
    fn new(per_minute: u32) -> Self {
        let interval_us = MINUTE_US.checked_div(per_minute.into()).unwrap_or(0);
        Self { interval_us, until_us: Mutex::default() }
    }

    /// Counts one more request of `address`; or says in how many seconds the next is let in.
    fn admit(&self, address: IpAddr, now_ms: i64) -> Result<(), u64> {
        if self.interval_us == 0 {
            return Ok(());
        }
        let now = now_ms.saturating_mul(1000);
        let mut until_us = self.until_us.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut until_us, now);
        let until = until_us.entry(network(address)).or_insert(now);
        // Never further ahead than a minute: the machine's clock may have been put back.
        *until = (*until).clamp(now, now + MINUTE_US);
        let wait_us = *until + self.interval_us - (now + MINUTE_US);
        if wait_us > 0 {
            return Err(wait_us.unsigned_abs().div_ceil(1_000_000));
        }
        *until += self.interval_us;
        Ok(())
    }
}

/// Forgets who has all of their share again; everybody, where so many ask that a limit for each says nothing.
fn make_room(until_us: &mut HashMap<IpAddr, i64>, now: i64) {
    if until_us.len() < ADDRESSES {
        return;
    }
    until_us.retain(|_, until| *until > now);
    // Or the next few would go through all of them again.
    if until_us.len() > ADDRESSES / 2 {
        until_us.clear();
    }
}

/// What counts as one address: of IPv6 the network of 64 bits that a household or a phone is given whole.
fn network(address: IpAddr) -> IpAddr {
    let address = address.to_canonical();
    let IpAddr::V6(v6) = address else { return address };
    let [a, b, c, d, ..] = v6.segments();
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_300_000;
    const MINUTE: i64 = 60_000;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_saves_up_a_minute_and_no_more() {
        let (visitors, school) = (Visitors::new(6), ip("203.0.113.7"));
        for now in [NOW, NOW + MINUTE, NOW + 10 * MINUTE] {
            for _ in 0..6 {
                assert_eq!(visitors.admit(school, now), Ok(()));
            }
            assert_eq!(visitors.admit(school, now), Err(10));
            assert_eq!(visitors.admit(school, now + 9_999), Err(1));
            assert_eq!(visitors.admit(ip("203.0.113.8"), now), Ok(()), "its neighbour");
        }
        let now = NOW + 11 * MINUTE;
        assert_eq!(visitors.admit(school, now), Ok(()), "being refused costs nothing");
    }

    #[test]
    fn a_school_behind_one_address_comes_in_and_a_flood_does_not() {
        let config: crate::config::Config =
            toml::from_str(crate::config::DEFAULTS).expect("the defaults");
        let visitors = Visitors::new(config.limits.without_session_per_minute);
        let school = ip("203.0.113.7");
        // 500 pupils, of whom each asks ten times in the minute.
        for request in 0..5_000 {
            assert_eq!(visitors.admit(school, NOW + request * MINUTE / 5_000), Ok(()));
        }
        let flood = (0..100_000).filter(|_| visitors.admit(ip("198.51.100.1"), NOW).is_ok());
        assert_eq!(flood.count(), 6_000);
    }

    #[test]
    fn a_clock_that_is_put_back_shuts_nobody_out_for_long() {
        let (visitors, school) = (Visitors::new(6), ip("203.0.113.7"));
        assert_eq!(visitors.admit(school, NOW + 1_000 * MINUTE), Ok(()));
        assert_eq!(visitors.admit(school, NOW), Err(10));
        assert_eq!(visitors.admit(school, NOW + 10_000), Ok(()));
    }

    #[test]
    fn what_is_remembered_stays_small() {
        let visitors = Visitors::new(6);
        let held = || visitors.until_us.lock().expect("unpoisoned").len();
        let address = |n: u32| IpAddr::V4(n.into());
        let all = u32::try_from(ADDRESSES).expect("few");
        for n in 0..all {
            assert_eq!(visitors.admit(address(n), NOW), Ok(()));
        }
        assert_eq!(held(), ADDRESSES);
        assert_eq!(visitors.admit(address(all), NOW + MINUTE), Ok(()));
        assert_eq!(held(), 1, "who has its share again is forgotten");
        for n in 0..3 * all {
            assert_eq!(visitors.admit(address(n), NOW + MINUTE), Ok(()));
            assert!(held() <= ADDRESSES);
        }
    }

    #[test]
    fn an_ipv6_network_is_one_address_and_so_is_an_ipv4_one_in_its_clothes() {
        assert_eq!(network(ip("2001:db8:1:2:3:4:5:6")), network(ip("2001:db8:1:2::1")));
        assert_ne!(network(ip("2001:db8:1:2::1")), network(ip("2001:db8:1:3::1")));
        assert_eq!(network(ip("::ffff:203.0.113.7")), ip("203.0.113.7"));
    }

    #[test]
    fn only_what_our_own_proxies_wrote_is_believed() {
        let peer = ip("10.0.0.1");
        let asked = |lines: &[&'static str], proxies| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED, (*line).parse().expect("a value"));
            }
            client(&headers, peer, proxies)
        };
        let claimed = ["198.51.100.9, 203.0.113.7", "10.0.0.2"];
        assert_eq!(asked(&claimed, 0), peer);
        assert_eq!(asked(&claimed, 1), ip("10.0.0.2"));
        assert_eq!(asked(&claimed, 2), ip("203.0.113.7"));
        assert_eq!(asked(&claimed, 4), peer, "fewer entries than proxies: it came another way");
        assert_eq!(asked(&[], 1), peer);
        assert_eq!(asked(&["nonsense"], 1), peer);
        assert_eq!(asked(&["203.0.113.7:4711"], 1), ip("203.0.113.7"));
        assert_eq!(asked(&["[2001:db8::1]:4711"], 1), ip("2001:db8::1"));
    }
}
