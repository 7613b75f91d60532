//! A hub and people, each of them processes of the real binary.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

/// The binary, with nothing of the tester's own environment.
pub(crate) fn kentongan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kentongan"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KENTONGAN_") {
            command.env_remove(name);
        }
    }
    command.env_remove("RUST_LOG").env("TZ", "UTC");
    command
}

/// What a finished process said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs to the end.
pub(crate) fn finish(command: &mut Command, stdin: &str) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    // One that does not read its input may close it.
    let _ = child.stdin.take().expect("piped").write_all(stdin.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let read = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Said {
        code: output.status.code().expect("it ended by itself"),
        stdout: read(output.stdout),
        stderr: read(output.stderr),
    }
}

/// Asks again until there is an answer.
pub(crate) fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < LIMIT, "it never came");
    }
}

/// A JSON text.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

/// A hub in a process of its own.
pub(crate) struct Hub {
    pub(crate) origin: String,
    pub(crate) listen: String,
    child: Child,
    folder: TempDir,
}

impl Hub {
    /// On a free port.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// On a free port, told more.
    pub(crate) fn with(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (child, said) = serve("127.0.0.1:0", &folder, more);
        let (origin, listen) = (text(&said["origin"]).to_owned(), text(&said["listen"]).to_owned());
        Self { origin, listen, child, folder }
    }

    /// Where it was, on what it had.
    pub(crate) fn start_again(&mut self) {
        let (child, said) = serve(&self.listen, &self.folder, &[]);
        assert_eq!(text(&said["origin"]), self.origin);
        self.child = child;
    }

    /// Asks it to end, and waits for that; its exit code.
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.expect("kill").success());
        self.child.wait().expect("its own child").code()
    }

    /// A new folder.
    pub(crate) fn folder(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        path.to_str().expect("UTF-8").to_owned()
    }

    /// A file.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    }

    /// Somebody with an account here.
    pub(crate) fn person(&self, name: &str) -> Person {
        let mut person = Person { home: self.folder.path().join(name), ..self.stranger() };
        let made = person.json(&["account", "new", "--name", name]);
        text(&made["card"]).clone_into(&mut person.card);
        text(&made["account"]).clone_into(&mut person.account);
        person
    }

    /// Somebody without one.
    pub(crate) fn stranger(&self) -> Person {
        Person {
            home: self.folder.path().join("stranger"),
            hub: self.origin.clone(),
            card: String::new(),
            account: String::new(),
            stdin: String::new(),
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a hub; it listens when it has said where.
fn serve(listen: &str, folder: &TempDir, more: &[&str]) -> (Child, Value) {
    let mut command = kentongan();
    command
        .args(["serve", "--json", "--quiet"])
        .args(more)
        .args(["--listen", listen, "--data"])
        .arg(folder.path().join("data"));
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    let mut stderr = child.stderr.take().expect("piped");
    if line.is_empty() {
        let mut why = String::new();
        let _ = stderr.read_to_string(&mut why);
        panic!("the hub does not start: {why}");
    }
    // Somebody has to read its log, or it stops writing and waits.
    std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
    (child, serde_json::from_str(&line).expect("JSON"))
}

/// An account on one machine.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) home: PathBuf,
    pub(crate) card: String,
    pub(crate) account: String,
    hub: String,
    stdin: String,
}

impl Person {
    /// The same account on another machine.
    pub(crate) fn elsewhere(&self) -> Self {
        Self { home: self.home.with_extension("elsewhere"), ..self.clone() }
    }

    pub(crate) fn with_card(&self, card: &str) -> Self {
        Self { card: card.to_owned(), ..self.clone() }
    }

    pub(crate) fn without_card(&self) -> Self {
        self.with_card("")
    }

    pub(crate) fn with_stdin(&self, stdin: &str) -> Self {
        Self { stdin: stdin.to_owned(), ..self.clone() }
    }

    /// Runs a command.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        let mut command = kentongan();
        command.env("KENTONGAN_HOME", &self.home);
        // An account knows its hub; the variable is for making one.
        if !args.contains(&"--hub") {
            command.env("KENTONGAN_HUB", &self.hub);
        }
        if !self.card.is_empty() {
            command.env("KENTONGAN_CARD", &self.card);
        }
        finish(command.args(args), &self.stdin)
    }

    /// Runs a command that has to succeed; its document.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let said = self.run(&[args, &["--json"]].concat());
        assert_eq!(said.code, 0, "{args:?}: {}", said.stderr);
        serde_json::from_str(&said.stdout)
            .unwrap_or_else(|e| panic!("{args:?}: {e}: {}", said.stdout))
    }

    /// Runs a command that has to end with `code`, and say the same to people and to machines.
    pub(crate) fn refused(&self, code: i32, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!((said.code, said.stdout.as_str()), (code, ""), "{args:?}: {}", said.stderr);
        let machine = self.run(&[args, &["--json"]].concat());
        assert_eq!(machine.code, code, "{args:?}");
        let problem: Value = serde_json::from_str(&machine.stderr)
            .unwrap_or_else(|e| panic!("{args:?}: {e}: {}", machine.stderr));
        assert!(text(&problem["type"]).starts_with("urn:kentongan:problem:"), "{problem}");
        assert!(said.stderr.contains(text(&problem["detail"])), "{} / {problem}", said.stderr);
        text(&problem["detail"]).to_owned()
    }

    /// Waits until every cohort of a post is prepared.
    pub(crate) fn prepared(&self, post: &str) {
        let said = self.run(&["status", post, "--watch", "--until", "ready", "--json"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let last: Value =
            serde_json::from_str(said.stdout.lines().last().expect("a state")).expect("JSON");
        assert_eq!(last["cohorts"]["ready"], last["cohorts"]["total"]);
    }
}
