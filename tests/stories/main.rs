//! Stories told through the client library, on a real hub in this process, on every database.

#[path = "../support/hub.rs"]
#[expect(dead_code, reason = "these people speak through the client instead")]
mod hub;
#[path = "../support/mod.rs"]
mod support;

mod apart;
mod assignments;
mod attachment;
mod channel;
mod class;
mod crowd;
mod distrust;
mod due_times;
mod handover;
mod homework;
mod hosted;
mod line;
mod met;
mod people;
mod process;
mod records;
mod register;
mod removal;
mod restart;
mod scheduled;
mod staff;
mod term;
