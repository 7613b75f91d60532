//! The hub over HTTP, as docs/api.md says, on every database.

#[path = "../support/class.rs"]
pub mod class;
#[path = "../support/hub.rs"]
pub mod hub;
#[path = "../support/mod.rs"]
pub mod support;

mod accounts;
mod audiences;
mod authorisation;
mod links;
mod members;
