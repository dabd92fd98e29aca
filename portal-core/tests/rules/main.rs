//! The rules, the desks over them, and the words they speak; one file a subject.
mod cancel;
mod cutoffs;
mod desk;
mod elearning;
mod invoices;
mod money;
mod orders;
mod outlook;
mod payments;
mod refusals;
mod settings;
mod support;
mod surnames;
mod transfer;
mod waiting;
mod words;
