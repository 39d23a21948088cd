//! The real program as a process: what only shows when it is raced, killed, starved of disk, or given another keyring.

mod contract;
mod crash;
mod doctor;
mod first_run;
mod keyring;
mod once;
mod patience;
mod recorded;
mod restart;
mod secrecy;
mod shared_store;
mod unwritable;
mod wire;
