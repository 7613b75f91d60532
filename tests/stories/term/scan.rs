//! Looking for what was written in a term through everything that a hub has of it.
//!
//! Invariant: whatever anybody writes in the term contains [`MARK`], so who finds neither it nor an encoding of it found
//! nothing of what was written.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use aho_corasick::AhoCorasick;
use kentongan::store::Db;
use mail_parser::MessageParser;
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

/// Looks for every form at once.
static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new(forms().into_iter().map(|form| form.1)).expect("a few words")
});
/// What PostgreSQL writes before bytes in hexadecimal.
static BYTES: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::new([br"\x"]).expect("one word"));

/// Where in `bytes` it is; also in what stands there in hexadecimal after `\x`.
pub(super) fn found(bytes: &[u8]) -> Option<String> {
    let at = |bytes: &[u8]| {
        SEARCH.find(bytes).map(|found| {
            let around = found.start().saturating_sub(40)..bytes.len().min(found.end() + 40);
            let form = forms()[found.pattern().as_usize()].0;
            format!("{form}: {}", String::from_utf8_lossy(&bytes[around]))
        })
    };
    at(bytes).or_else(|| {
        let hex = |rest: &[u8]| rest.iter().take_while(|b| b.is_ascii_hexdigit()).count() / 2 * 2;
        BYTES.find_iter(bytes).find_map(|start| {
            let run = &bytes[start.end()..];
            at(&hex::decode(&run[..hex(run)]).expect("hexadecimal"))
        })
    })
}

/// How much was looked through, in bytes, of each kind.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) files: usize,
    /// Where the database is a file, that and what lies around it.
    pub(super) database: usize,
    pub(super) rows: usize,
    pub(super) logs: usize,
    pub(super) mails: usize,
    /// Tables that have rows.
    pub(super) tables: BTreeSet<String>,
}

/// Looks through all that the hub has; what it finds, and how much it saw.
pub(super) async fn everything(hub: &TestHub, mails: &[Vec<u8>]) -> (Vec<String>, Looked) {
    let (mut finds, mut looked) = (Vec::new(), Looked::default());
    let mut look = |what: &str, bytes: &[u8]| {
        finds.extend(found(bytes).map(|found| format!("{what}: {found}")));
        bytes.len()
    };
    files(&hub.hub.config.data, &mut |path, bytes| looked.files += look(path, bytes));
    let rows = match &hub.hub.db {
        // Also its file, its log of writes and all in the folder around them: what was deleted may stand there still.
        Db::Sqlite { readers, .. } => {
            let path = hub.database.url.strip_prefix("sqlite:").expect("a file");
            let folder = Path::new(path).parent().expect("a folder");
            files(folder, &mut |path, bytes| looked.database += look(path, bytes));
            rows_of_sqlite(readers).await
        }
        Db::Postgres(pool) => rows_of_postgres(pool).await,
    };
    for (table, row) in rows {
        looked.rows += look(&table, &row);
        looked.tables.insert(table);
    }
    looked.logs = look("the log", &lock(&LOG.get_or_init(Log::default).0));
    for mail in mails {
        looked.mails += look("a mail", mail);
        // As it is read: lines of base64 or quoted-printable may break a word.
        let parsed = MessageParser::default().parse(mail).unwrap_or_default();
        look("a mail's subject", parsed.subject().unwrap_or_default().as_bytes());
        for part in &parsed.parts {
            look("a mail's part", part.contents());
        }
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

/// Every value of every table, whole: a page of the file has but a piece of a long one.
async fn rows_of_sqlite(pool: &sqlx::SqlitePool) -> Vec<(String, Vec<u8>)> {
    let columns =
        "select t.name, '\"' || c.name || '\"' from sqlite_master t, pragma_table_info(t.name) c
        where t.type = 'table'";
    let columns = sqlx::query_as::<_, (String, String)>(columns).fetch_all(pool).await;
    let mut rows = Vec::new();
    for (table, column) in columns.expect("columns") {
        let all =
            format!("select cast({column} as blob) from \"{table}\" where {column} is not null");
        let all = sqlx::query_scalar::<_, Vec<u8>>(AssertSqlSafe(all)).fetch_all(pool).await;
        rows.extend(all.expect("rows").into_iter().map(|value| (table.clone(), value)));
    }
    rows
}

/// Every row of every table, the job queue's too, as text.
async fn rows_of_postgres(pool: &sqlx::PgPool) -> Vec<(String, Vec<u8>)> {
    let tables =
        "select case table_schema when 'public' then '' else quote_ident(table_schema) || '.' end
        || quote_ident(table_name) from information_schema.tables where table_type = 'BASE TABLE'
        and table_schema not in ('pg_catalog', 'information_schema')";
    let tables = sqlx::query_scalar::<_, String>(tables).fetch_all(pool).await.expect("tables");
    let mut rows = Vec::new();
    for table in tables {
        let all = AssertSqlSafe(format!("select t::text from {table} t"));
        let all = sqlx::query(all).fetch_all(pool).await.expect("rows");
        rows.extend(all.iter().map(|row| (table.clone(), row.get::<String, _>(0).into_bytes())));
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
