//! Attachments.

use kentongan::store::Db;
use kentongan::store::attachments::{self, AttachmentRow};

use crate::school::{BUDI, CHANNEL, CLASS, Id, NOON, NOTHING, RINI, founded, some};

const PHOTO: Id = [0xF1; 32];
const PLAN: Id = [0xF2; 32];

conforms!(an_attachment_is_kept_once_in_an_audience, attachments_are_counted_by_who_and_when,);

fn row(audience: Id, sha256: Id) -> AttachmentRow {
    AttachmentRow {
        audience: audience.to_vec(),
        sha256: sha256.to_vec(),
        account: RINI.to_vec(),
        reader: "account".into(),
        to_account: some(&BUDI),
        size: 5_000_000_000,
    }
}

async fn an_attachment_is_kept_once_in_an_audience(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(attachments::attachment(tx, &CLASS, &PHOTO).await, Ok(None));
    assert_eq!(attachments::insert(tx, &row(CLASS, PHOTO), NOON).await, Ok(true));
    let bigger = AttachmentRow { size: 6, reader: "desk".into(), ..row(CLASS, PHOTO) };
    assert_eq!(attachments::insert(tx, &bigger, NOON).await, Ok(false));
    let open = AttachmentRow { reader: "audience".into(), to_account: None, ..row(CHANNEL, PHOTO) };
    assert_eq!(attachments::insert(tx, &open, NOON).await, Ok(true));
    let kept = attachments::attachment(tx, &CLASS, &PHOTO).await;
    assert_eq!(kept, Ok(Some(row(CLASS, PHOTO))), "the first stays");
    assert_eq!(attachments::attachment(tx, &CHANNEL, &PHOTO).await, Ok(Some(open.clone())));

    attachments::delete(tx, &CLASS, &PHOTO).await.unwrap();
    attachments::delete(tx, &CLASS, &PHOTO).await.unwrap();
    assert_eq!(attachments::attachment(tx, &CLASS, &PHOTO).await, Ok(None));
    assert_eq!(attachments::attachment(tx, &CHANNEL, &PHOTO).await, Ok(Some(open)));
}

async fn attachments_are_counted_by_who_and_when(db: &Db) {
    let tx = &mut founded(db).await;
    attachments::insert(tx, &row(CLASS, PHOTO), NOON).await.unwrap();
    attachments::insert(tx, &row(CLASS, PLAN), NOON + 5).await.unwrap();
    let budis = AttachmentRow { account: BUDI.to_vec(), ..row(CHANNEL, PHOTO) };
    attachments::insert(tx, &budis, NOON + 5).await.unwrap();
    assert_eq!(attachments::uploaded_since(tx, &RINI, NOON - 1).await, Ok(2));
    assert_eq!(attachments::uploaded_since(tx, &RINI, NOON).await, Ok(1));
    assert_eq!(attachments::uploaded_since(tx, &RINI, NOON + 5).await, Ok(0));
    assert_eq!(attachments::uploaded_since(tx, &NOTHING, 0).await, Ok(0));
    assert_eq!(attachments::bytes_since(tx, &RINI, NOON - 1).await, Ok(10_000_000_000));
    assert_eq!(attachments::bytes_since(tx, &RINI, NOON).await, Ok(5_000_000_000));
    assert_eq!(attachments::bytes_since(tx, &NOTHING, 0).await, Ok(0));

    let photo = (CLASS.to_vec(), PHOTO.to_vec());
    assert_eq!(attachments::before(tx, NOON, 9).await, Ok(vec![]));
    assert_eq!(attachments::before(tx, NOON + 5, 9).await, Ok(vec![photo]));
    assert_eq!(attachments::before(tx, NOON + 6, 9).await.unwrap().len(), 3);
    assert_eq!(attachments::before(tx, NOON + 6, 2).await.unwrap().len(), 2);
}
