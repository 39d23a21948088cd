//! The pages, through the real router, store and vault, under a clock that stands still; read as a browser's parser reads
//! them.

mod about;
mod burn;
mod captcha;
pub(crate) mod dom;
mod errors;
mod headers;
mod kept;
mod languages;
mod operator;
mod origins;
mod passed_on;
mod paths;
mod receipt;
mod reveal;
mod scanner;
mod second_answer;
mod share;
mod sign_in;
mod site;
mod undelivered;
