//! A bad line between a client and its hub: requests may not arrive, answers may not.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct State {
    hub: String,
    lost: Option<String>,
    down: Option<String>,
    uploads_to_break: usize,
    uploads_broken: usize,
}

/// The line; requests with a certain path get no answer.
pub(crate) struct Line {
    /// Where a client reaches the hub over it.
    pub(crate) origin: String,
    state: Arc<Mutex<State>>,
}

impl Line {
    /// Begins to listen.
    pub(crate) async fn lay() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, shared.clone()));
            }
        });
        Self { origin, state }
    }

    /// Where the hub is.
    pub(crate) fn connect(&self, origin: &str) {
        origin.trim_start_matches("http://").clone_into(&mut lock(&self.state).hub);
    }

    /// From now on, requests whose first line has `path` in it reach the hub and get no answer.
    pub(crate) fn lose_answers_to(&self, path: &str) {
        lock(&self.state).lost = Some(path.to_owned());
    }

    /// From now on, requests whose first line has `path` in it do not reach the hub.
    pub(crate) fn keep_from_the_hub(&self, path: &str) {
        lock(&self.state).down = Some(path.to_owned());
    }

    /// The next uploads of attachments, as many, break off in the middle.
    pub(crate) fn break_uploads(&self, count: usize) {
        lock(&self.state).uploads_to_break = count;
    }

    /// How many did.
    pub(crate) fn uploads_broken(&self) -> usize {
        lock(&self.state).uploads_broken
    }
}

/// Whether a request that begins so is to be broken off.
fn breaks_off(state: &Mutex<State>, first: &str) -> bool {
    let mut state = lock(state);
    let breaks =
        state.uploads_to_break > 0 && first.starts_with("PUT") && first.contains("/attachments/");
    state.uploads_to_break -= usize::from(breaks);
    state.uploads_broken += usize::from(breaks);
    breaks
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries one connection; each piece from the client is followed by the hub's answer, as HTTP/1.1 has it.
async fn carry(mut client: TcpStream, state: Arc<Mutex<State>>) {
    let address = lock(&state).hub.clone();
    let mut hub = TcpStream::connect(address).await.expect("the hub listens");
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    let mut doomed = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(n @ 1..) = read else { return };
                let first = String::from_utf8_lossy(&asked[..n]);
                let first = first.lines().next().unwrap_or_default();
                doomed |= (first.starts_with("POST") || first.starts_with("PUT"))
                    && lock(&state).lost.as_ref().is_some_and(|path| first.contains(path.as_str()));
                if lock(&state).down.as_ref().is_some_and(|path| first.contains(path.as_str())) {
                    return;
                }
                if breaks_off(&state, first) {
                    drop(hub.write_all(&asked[..n / 2]).await);
                    return;
                }
                if hub.write_all(&asked[..n]).await.is_err() { return }
            }
            read = hub.read(&mut answered) => {
                let Ok(n @ 1..) = read else { return };
                // The hub has done what it was asked; nobody hears of it.
                if doomed || client.write_all(&answered[..n]).await.is_err() { return }
            }
        }
    }
}
