//! Telling people that something happened: live to those who are connected, later to those who are away.
//!
//! Invariant: a notification names things by their ids; it never carries content.

pub mod email;
pub mod live;
