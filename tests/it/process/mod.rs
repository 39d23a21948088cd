//! The real program as a process: what only shows when it is raced, killed, starved of disk, or given another keyring.

mod backup;
mod busy;
mod contract;
mod crash;
mod decoder;
mod described;
mod doctor;
mod first_run;
mod hostile;
mod keyring;
mod latency;
mod logs;
mod mail;
mod metrics;
mod mistakes;
mod once;
mod published;
mod recorded;
mod restart;
mod root;
mod rotation;
mod secrecy;
mod shared_store;
mod slow;
mod unwritable;
mod wire;
