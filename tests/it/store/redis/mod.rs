//! The shared store: the laws on one server and on a cluster, and what only it promises.

mod laws;
