//! Files as this program keeps them: owned by whom the server runs as, readable by their owner only, written whole or not at
//! all, locked against other processes.
//!
//! Commands run as root beside a server that does not. Everything here that makes a file says whose it becomes.

mod draft;
mod lock;
mod owner;
mod path;
mod rights;

pub use draft::{Draft, create_private, create_private_for_server, replace_private};
pub use draft::{publish_new, publish_over, sync, sync_folder_of};
pub use lock::{Holder, holder, lock_folder_of};
pub use owner::{give_to_owner_of, hand_over, make_folder, make_folder_of};
pub use path::{FileId, file_id, folder_of, is_same_file, temporary, with_suffix};
pub use rights::{ANY_RIGHT, create_new, is_private, mode};
