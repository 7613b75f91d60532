//! The hub over HTTP, as docs/api.md says, on every database.

#[path = "../support/class.rs"]
mod class;
#[path = "../support/hub.rs"]
mod hub;
#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod audiences;
mod authorisation;
mod links;
mod members;
