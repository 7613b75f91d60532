//! Everything the hub remembers: one file per noun holds its rows and all its SQL.
//!
//! Invariant: no SQL outside this folder, and which database it is is known to `dialect` alone.

pub mod accounts;
pub mod approvals;
pub mod attachments;
pub mod audiences;
pub mod deletion;
pub mod desk;
pub mod dialect;
pub mod due_times;
pub mod email_addresses;
mod error;
pub mod events;
pub mod fan_out;
pub mod jobs;
pub mod known;
pub mod letters;
pub mod links;
pub mod members;
pub mod nudges;
pub mod posts;
pub mod receipts;
pub mod threads;
pub mod tokens;
pub mod uploads;

pub use dialect::{Db, Tx};
pub use error::StoreError;
