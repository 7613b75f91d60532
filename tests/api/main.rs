//! The hub over HTTP, as docs/api.md says, on every database.

#[path = "../support/class.rs"]
pub mod class;
#[path = "../support/hub.rs"]
pub mod hub;
#[path = "../support/pen.rs"]
pub mod pen;
#[path = "../support/mod.rs"]
pub mod support;

mod accounts;
mod attachments;
mod audiences;
mod authorisation;
mod email;
mod letters;
mod links;
mod live;
mod members;
mod posts;
mod receipts;
mod retention;
mod vectors;
