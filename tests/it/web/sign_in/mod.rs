//! People sign in, are known again, share as their account, and sign out; readers are never asked who they are.

mod browser;
mod forged;
mod forms;
mod header;
mod mail;
mod mine;
mod readers;
mod sessions;
mod token;
