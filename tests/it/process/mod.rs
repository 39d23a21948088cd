//! The real program as a process: what only shows when it starts, is killed, runs out of disk or is raced.
