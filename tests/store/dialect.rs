//! Stories of the database's door: one SQL text, one meaning of errors and of transactions on both.

use kentongan::store::{Db, StoreError, Tx};
use kentongan::{bulk_insert, execute, fetch_all, fetch_one, fetch_optional, fetch_scalar};
use kentongan::{fetch_scalar_optional, fetch_scalars};

use crate::support::databases;

#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Pebble {
    heap: Vec<u8>,
    place: i64,
    note: Option<String>,
}

async fn heap(tx: &mut Tx) {
    let sql = tx.pick(
        "create table pebbles (heap blob not null, place bigint not null, note text, primary key (heap, place))",
        "create table pebbles (heap bytea not null, place bigint not null, note text, primary key (heap, place))",
    );
    execute!(tx, sql).expect("a new table");
}

#[tokio::test]
async fn four_thousand_rows_go_in_at_once_and_come_out_alike() {
    for test in databases().await {
        let mut tx = test.db.write().await.unwrap();
        heap(&mut tx).await;
        let rows: Vec<_> = (0..4096)
            .map(|place| Pebble {
                heap: vec![7; 32],
                place,
                note: (place == 5).then(|| "five".into()),
            })
            .collect();
        let begun = std::time::Instant::now();
        let insert = "insert into pebbles (heap, place, note)";
        let written = bulk_insert!(tx, insert, "", rows, |row| [
            row.heap.as_slice(),
            row.place,
            row.note.as_deref()
        ]);
        println!("4,096 rows: {:?}", begun.elapsed());
        assert_eq!(written, Ok(4096));
        let again = bulk_insert!(tx, insert, "on conflict do nothing", rows, |row| [
            row.heap.as_slice(),
            row.place,
            row.note.as_deref()
        ]);
        assert_eq!(again, Ok(0));
        let all = fetch_all!(tx, Pebble, "select heap, place, note from pebbles order by place");
        assert_eq!(all.unwrap(), rows);
        tx.commit().await.unwrap();

        let mut tx = test.db.read().await.unwrap();
        let sql = "select heap, place, note from pebbles where heap = $1 and place = $2";
        let five = fetch_one!(tx, Pebble, sql, rows[5].heap.as_slice(), 5).unwrap();
        assert_eq!(five.note.as_deref(), Some("five"));
        assert_eq!(fetch_optional!(tx, Pebble, sql, rows[5].heap.as_slice(), 5_000), Ok(None));
        assert_eq!(fetch_scalar!(tx, i64, "select count(*) from pebbles"), Ok(4096));
        let sql = "select place from pebbles where place > $1 order by place limit 2";
        assert_eq!(fetch_scalars!(tx, i64, sql, 9), Ok(vec![10, 11]));
        assert_eq!(fetch_scalar_optional!(tx, i64, sql, 5_000), Ok(None));
    }
}

#[tokio::test]
async fn a_conflict_has_one_name_and_errors_repeat_no_value() {
    for test in databases().await {
        let mut tx = test.db.write().await.unwrap();
        heap(&mut tx).await;
        tx.commit().await.unwrap();
        let sql = "insert into pebbles (heap, place, note) values ($1, $2, $3)";
        let mut tx = test.db.write().await.unwrap();
        execute!(tx, sql, b"secret".as_slice(), 1, "secret").unwrap();
        let error = execute!(tx, sql, b"secret".as_slice(), 1, "secret").unwrap_err();
        assert!(error.is_conflict("pebbles(heap, place)"), "{error:?}");
        assert!(!error.is_transient());
        drop(tx);

        let mut tx = test.db.write().await.unwrap();
        let error = execute!(tx, sql, None::<Vec<u8>>, 1, "secret").unwrap_err();
        assert!(matches!(error, StoreError::Broken(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[tokio::test]
async fn a_reader_sees_one_moment_and_cannot_write() {
    for test in databases().await {
        let mut tx = test.db.write().await.unwrap();
        heap(&mut tx).await;
        tx.commit().await.unwrap();
        let mut reader = test.db.read().await.unwrap();
        assert_eq!(fetch_scalar!(reader, i64, "select count(*) from pebbles"), Ok(0));
        let mut tx = test.db.write().await.unwrap();
        let sql = "insert into pebbles (heap, place) values ($1, $2)";
        execute!(tx, sql, b"heap".as_slice(), 1).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(fetch_scalar!(reader, i64, "select count(*) from pebbles"), Ok(0));
        assert!(execute!(reader, sql, b"heap".as_slice(), 2).is_err());
    }
}

#[tokio::test]
async fn a_text_is_picked_for_the_database_it_is() {
    for test in databases().await {
        let expected = if test.url.starts_with("sqlite:") { "sqlite" } else { "postgres" };
        assert_eq!(test.db.read().await.unwrap().pick("sqlite", "postgres"), expected);
        assert_eq!(test.db.write().await.unwrap().pick("sqlite", "postgres"), expected);
    }
}

#[tokio::test]
async fn what_is_not_committed_leaves_nothing() {
    for test in databases().await {
        let mut tx = test.db.write().await.unwrap();
        heap(&mut tx).await;
        tx.commit().await.unwrap();
        let insert = "insert into pebbles (heap, place) values ($1, $2)";
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(execute!(tx, insert, b"heap".as_slice(), 1), Ok(1));
        drop(tx);
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(fetch_scalar!(tx, i64, "select count(*) from pebbles"), Ok(0));
        assert_eq!(execute!(tx, insert, b"heap".as_slice(), 2), Ok(1));
        tx.commit().await.unwrap();
        let mut tx = test.db.read().await.unwrap();
        assert_eq!(fetch_scalars!(tx, i64, "select place from pebbles"), Ok(vec![2]));
    }
}

#[tokio::test]
async fn a_database_opens_again_with_what_it_had() {
    for test in databases().await {
        let mut tx = test.db.write().await.unwrap();
        heap(&mut tx).await;
        tx.commit().await.unwrap();
        test.db.close().await;
        let closed = test.db.read().await.err().expect("its connections are closed");
        assert!(closed.is_transient(), "{closed:?}");
        let again = Db::open(&test.url).await.unwrap();
        again.migrate().await.expect("nothing to do");
        let mut tx = again.read().await.unwrap();
        assert_eq!(fetch_scalar!(tx, i64, "select count(*) from pebbles"), Ok(0));
        drop(tx);
        again.close().await;
    }
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused_at_once() {
    for url in ["mysql://localhost/hub", "hub.db", "", "postgres://localhost:port/hub"] {
        let error = Db::open(url).await.err().expect("no database");
        assert!(matches!(error, StoreError::Broken(_)), "{url}: {error:?}");
    }
}
