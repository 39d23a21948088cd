//! What a request costs, in things that can be counted: calls to the store, and allocations. Seconds depend on the machine and
//! are measured side by side (docs/performance.md); these do not, so a change that makes a request dearer is noticed here.

mod allocations;
mod calls;
