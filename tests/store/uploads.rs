//! Uploads under way.

use kentongan::store::Db;
use kentongan::store::uploads::{self, UploadRow};

use crate::school::{BUDI, CHANNEL, CLASS, Id, NOON, NOTHING, SARI, founded, some};

const FILM: Id = [0xF1; 32];
const PHOTO: Id = [0xF2; 32];

conforms!(an_upload_is_its_accounts_and_goes_on_as_it_began, uploads_are_found_by_who_and_when);

fn row(sha256: Id, account: Id) -> UploadRow {
    UploadRow {
        audience: CLASS.to_vec(),
        sha256: sha256.to_vec(),
        account: account.to_vec(),
        reader: "account".into(),
        to_account: some(&BUDI),
        size: 5_000_000_000,
    }
}

async fn an_upload_is_its_accounts_and_goes_on_as_it_began(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(uploads::upload(tx, &CLASS, &FILM, &SARI).await, Ok(None));
    let open = UploadRow { reader: "audience".into(), to_account: None, ..row(FILM, BUDI) };
    uploads::go_on(tx, &row(FILM, SARI), NOON).await.unwrap();
    uploads::go_on(tx, &open, NOON).await.unwrap();
    let other = UploadRow { size: 7, reader: "desk".into(), ..row(FILM, SARI) };
    uploads::go_on(tx, &other, NOON + 9).await.unwrap();
    assert_eq!(uploads::upload(tx, &CLASS, &FILM, &SARI).await, Ok(Some(row(FILM, SARI))));
    assert_eq!(uploads::upload(tx, &CLASS, &FILM, &BUDI).await, Ok(Some(open)));
    assert_eq!(uploads::upload(tx, &CHANNEL, &FILM, &SARI).await, Ok(None));
    uploads::delete(tx, &CLASS, &FILM, &SARI).await.unwrap();
    uploads::delete(tx, &CLASS, &FILM, &SARI).await.unwrap();
    assert_eq!(uploads::upload(tx, &CLASS, &FILM, &SARI).await, Ok(None));
    assert!(uploads::upload(tx, &CLASS, &FILM, &BUDI).await.unwrap().is_some());
}

async fn uploads_are_found_by_who_and_when(db: &Db) {
    let tx = &mut founded(db).await;
    uploads::go_on(tx, &row(FILM, SARI), NOON).await.unwrap();
    uploads::go_on(tx, &row(PHOTO, SARI), NOON + 5).await.unwrap();
    uploads::go_on(tx, &row(PHOTO, BUDI), NOON + 6).await.unwrap();
    assert_eq!(uploads::begun_since(tx, &SARI, NOON - 1).await, Ok(2));
    assert_eq!(uploads::begun_since(tx, &SARI, NOON).await, Ok(1));
    assert_eq!(uploads::begun_since(tx, &NOTHING, 0).await, Ok(0));
    assert_eq!(uploads::bytes_since(tx, &SARI, NOON - 1).await, Ok(10_000_000_000));
    assert_eq!(uploads::bytes_since(tx, &SARI, NOON).await, Ok(5_000_000_000));
    assert_eq!(uploads::bytes_since(tx, &NOTHING, 0).await, Ok(0));
    assert_eq!(uploads::of_account(tx, &SARI, 1).await, Ok(vec![row(FILM, SARI)]));
    assert_eq!(uploads::of_account(tx, &SARI, 9).await.unwrap().len(), 2);

    assert_eq!(uploads::before(tx, NOON, 9).await, Ok(vec![]));
    assert_eq!(uploads::before(tx, NOON + 6, 1).await, Ok(vec![row(FILM, SARI)]));
    uploads::go_on(tx, &row(FILM, SARI), NOON + 7).await.unwrap();
    assert_eq!(uploads::before(tx, NOON + 6, 9).await, Ok(vec![row(PHOTO, SARI)]));
    assert_eq!(uploads::begun_since(tx, &SARI, NOON).await, Ok(1), "it began when it began");
}
