//! The hub over HTTP, as docs/api.md says, on every database.

#[path = "../support/class.rs"]
mod class;
#[path = "../support/hub.rs"]
mod hub;
#[path = "../support/pen.rs"]
mod pen;
#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod approvals;
mod attachments;
mod audiences;
mod authorisation;
mod deletion;
mod desk;
mod due_times;
mod email;
mod fan_out;
mod history;
mod known;
mod letters;
mod links;
mod live;
mod members;
mod pages;
mod posts;
mod receipts;
mod retention;
mod roles;
mod schedule;
mod slow;
mod threads;
mod uploads;
mod vectors;
mod visitors;
mod web_client;
