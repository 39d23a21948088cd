//! The pages in a real browser, headless Chromium, from a real server; and in a text browser.
//!
//! The trap: pages arrive when they arrive. Buttons that lead to another page are pressed with
//! [`Browser::submit`](page::Browser::submit), which waits until the old page is gone.

mod access;
mod burn;
mod driver;
mod exact;
mod forms;
mod keyboard;
mod languages;
mod mine;
mod origins;
mod page;
mod pictures;
mod provider;
mod scanner;
mod script;
mod share;
mod sign_in;
mod site;
mod slow;
mod sub_path;
mod text;
mod tour;
mod weight;
