//! Approvals.

use kentongan::store::Db;
use kentongan::store::approvals;
use kentongan::store::posts;

use crate::school::{BUDI, CHANNEL, CLASS, NOON, NOTHING, SARI, announcement, founded};

conforms!(each_publisher_approves_a_post_once,);

async fn each_publisher_approves_a_post_once(db: &Db) {
    let [first, second, third] = [[0x61; 32], [0x62; 32], [0x63; 32]];
    let tx = &mut founded(db).await;
    for (position, post) in (1..).zip([first, second, third]) {
        posts::insert(tx, &announcement(&post, position)).await.unwrap();
    }
    assert_eq!(approvals::of(tx, &first).await, Ok(vec![]));
    assert_eq!(approvals::insert(tx, &first, &SARI, b"late", NOON + 2).await, Ok(true));
    assert_eq!(approvals::insert(tx, &first, &BUDI, b"early", NOON + 1).await, Ok(true));
    assert_eq!(approvals::insert(tx, &first, &BUDI, b"twice", NOON).await, Ok(false));
    assert_eq!(approvals::insert(tx, &third, &SARI, b"third", NOON).await, Ok(true));
    assert_eq!(approvals::of(tx, &first).await, Ok(vec![b"early".to_vec(), b"late".to_vec()]));
    assert_eq!(approvals::of(tx, &NOTHING).await, Ok(vec![]));

    let of_third = (third.to_vec(), b"third".to_vec());
    let of_first = |text: &[u8]| (first.to_vec(), text.to_vec());
    let all = vec![of_third.clone(), of_first(b"early"), of_first(b"late")];
    assert_eq!(approvals::of_list(tx, &CLASS, 1, 3).await, Ok(all), "oldest first");
    assert_eq!(approvals::of_list(tx, &CLASS, 2, 3).await, Ok(vec![of_third]));
    assert_eq!(approvals::of_list(tx, &CLASS, 2, 2).await, Ok(vec![]));
    assert_eq!(approvals::of_list(tx, &CHANNEL, 1, 3).await, Ok(vec![]));
    let of_nothing = approvals::insert(tx, &NOTHING, &SARI, b"", NOON).await;
    assert!(of_nothing.is_err(), "there is no such post");
}
