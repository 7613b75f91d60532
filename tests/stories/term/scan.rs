//! Looking for what was written in a term through everything that a hub has of it.
//!
//! Invariant: whatever anybody writes in the term contains [`MARK`], so who finds neither it nor an encoding of it found
//! nothing of what was written.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kentongan::store::Db;
use sqlx::{AssertSqlSafe, Row as _};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::hub::TestHub;

/// In every title, text, name, mark in words, file name and file.
pub(super) const MARK: &str = "rhsQ7xKentaraWm";

/// What somebody writes, with the mark in it.
pub(super) fn written(what: &str, numbers: &[usize]) -> String {
    let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    format!("{what} {MARK} {}", numbers.join("-"))
}

/// The mark as it is and as encodings have it, by what they are called.
pub(super) fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![
        ("plain", MARK.as_bytes().to_vec()),
        ("hex", hex::encode(MARK).into_bytes()),
        ("HEX", hex::encode_upper(MARK).into_bytes()),
    ];
    // What stands before it decides how its bits fall, what stands around it the first and last symbols.
    for before in 0..3 {
        let text = [&vec![0; before], MARK.as_bytes()].concat();
        let coded = kentongan::base64url::encode(&text);
        let inner = &coded[(before * 8).div_ceil(6)..text.len() * 8 / 6];
        let standard = inner.replace('-', "+").replace('_', "/");
        forms.extend([("base64url", inner.into()), ("base64", standard.into_bytes())]);
    }
    forms
}

/// Where in `bytes` it is; also in what stands there in hexadecimal after `\x`, as PostgreSQL writes bytes.
pub(super) fn found(bytes: &[u8]) -> Option<String> {
    let search = aho_corasick::AhoCorasick::new(forms().into_iter().map(|form| form.1));
    let search = search.expect("a few words");
    let at = |bytes: &[u8]| {
        search.find(bytes).map(|found| {
            let around = found.start().saturating_sub(40)..bytes.len().min(found.end() + 40);
            let form = forms()[found.pattern().as_usize()].0;
            format!("{form}: {}", String::from_utf8_lossy(&bytes[around]))
        })
    };
    at(bytes).or_else(|| {
        let hex = |rest: &[u8]| rest.iter().take_while(|b| b.is_ascii_hexdigit()).count() / 2 * 2;
        let mut runs = bytes.windows(2).enumerate().filter(|(_, pair)| pair == b"\\x");
        runs.find_map(|(start, _)| {
            let run = &bytes[start + 2..];
            at(&hex::decode(&run[..hex(run)]).expect("hexadecimal"))
        })
    })
}

/// How much was looked through, in bytes, of each kind.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) files: usize,
    pub(super) rows: usize,
    pub(super) logs: usize,
    pub(super) mails: usize,
}

/// Looks through all that the hub has; what it finds, and how much it saw.
pub(super) async fn everything(hub: &TestHub, mails: &[Vec<u8>]) -> (Vec<String>, Looked) {
    let (mut finds, mut looked) = (Vec::new(), Looked::default());
    let mut look = |what: &str, bytes: &[u8]| {
        finds.extend(found(bytes).map(|found| format!("{what}: {found}")));
        bytes.len()
    };
    files(&hub.hub.config.data, &mut |path, bytes| looked.files += look(path, bytes));
    match &hub.hub.db {
        // Its file, its log of writes and all in the folder around them.
        Db::Sqlite { .. } => {
            let path = hub.database.url.strip_prefix("sqlite:").expect("a file");
            let folder = Path::new(path).parent().expect("a folder");
            files(folder, &mut |path, bytes| looked.rows += look(path, bytes));
        }
        Db::Postgres(pool) => {
            for (table, row) in rows(pool).await {
                looked.rows += look(&table, row.as_bytes());
            }
        }
    }
    looked.logs = look("the log", &lock(&LOG.get_or_init(Log::default).0));
    for mail in mails {
        looked.mails += look("a mail", mail);
    }
    (finds, looked)
}

fn files(folder: &Path, look: &mut dyn FnMut(&str, &[u8])) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        look("a file's name", path.to_string_lossy().as_bytes());
        if path.is_dir() {
            files(&path, look);
        } else {
            look(&path.to_string_lossy(), &std::fs::read(&path).expect("a file"));
        }
    }
}

/// Every row of every table, the job queue's too, as text.
async fn rows(pool: &sqlx::PgPool) -> Vec<(String, String)> {
    let tables = "select quote_ident(table_schema) || '.' || quote_ident(table_name)
        from information_schema.tables where table_type = 'BASE TABLE'
        and table_schema not in ('pg_catalog', 'information_schema')";
    let tables = sqlx::query_scalar::<_, String>(tables).fetch_all(pool).await.expect("tables");
    let mut rows = Vec::new();
    for table in tables {
        let all = AssertSqlSafe(format!("select t::text from {table} t"));
        let all = sqlx::query(all).fetch_all(pool).await.expect("rows");
        rows.extend(all.iter().map(|row| (table.clone(), row.get::<String, _>(0))));
    }
    rows
}

/// All that is logged in this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

static LOG: OnceLock<Log> = OnceLock::new();

/// From now on everything that the hub logs is kept, as talkative as it can be.
pub(super) fn keep_the_log() {
    let log = LOG.get_or_init(Log::default).clone();
    let filter = EnvFilter::new("info,kentongan=trace,tower_http=trace,apalis=trace");
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(log);
    // Where another story of this process keeps it already, it is the same log.
    drop(log.try_init());
}

fn lock(log: &Mutex<Vec<u8>>) -> std::sync::MutexGuard<'_, Vec<u8>> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
