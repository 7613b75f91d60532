//! The store's conformance: every function of `src/store`, on SQLite and on PostgreSQL, without a hub around it.
//!
//! Each file is named after the noun it tests; `census` keeps any function from being left out. A file's stories are
//! told one after another on one database of each kind, each in transactions that are never committed: a database
//! for every story would take four times as long. What has to be committed is a test with databases of its own.

#![expect(clippy::unwrap_used, reason = "stories told by a test are tests too")]

/// Tells stories, each an `async fn(&Db)`, on both databases.
macro_rules! conforms {
    ($($story:ident),+ $(,)?) => {
        #[tokio::test]
        async fn conforms() {
            for test in crate::support::databases().await {
                $(
                    println!("{} on {}", stringify!($story), test.url);
                    $story(&test.db).await;
                )+
            }
        }
    };
}

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod approvals;
mod attachments;
mod audiences;
mod census;
mod deletion;
mod desk;
mod dialect;
mod due_times;
mod email_addresses;
mod events;
mod fan_out;
mod jobs;
mod known;
mod letters;
mod links;
mod members;
mod nudges;
mod post_lists;
mod posts;
mod receipts;
mod scheduled;
mod school;
mod threads;
mod tokens;
mod uploads;
