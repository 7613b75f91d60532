//! Kentongan's hub: accounts, audiences, posts and letters, the work between them, and the ways in.
//!
//! Nothing in here can read a post: what it stores and moves is ciphertext, ids and times.

pub mod accounts;
pub mod approvals;
pub mod attachments;
pub mod audiences;
pub mod base64url;
pub mod charters;
pub mod cli;
pub mod client;
pub mod config;
pub mod deletion;
pub mod desk;
pub mod due_times;
pub mod email_addresses;
pub mod enrolment;
pub mod entropy;
pub mod http;
pub mod hub;
#[path = "../jobs/mod.rs"]
pub mod jobs;
pub mod joining;
pub mod known;
pub mod letters;
pub mod links;
pub mod master_key;
pub mod members;
pub mod notifications;
pub mod posts;
pub mod problem;
pub mod receipts;
pub mod roles;
pub mod store;
pub mod threads;
pub mod tokens;
pub mod web_client;
