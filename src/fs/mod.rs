//! Files as this program keeps them: owned by whom the server runs as, readable by their owner only, written whole or not at
//! all, locked against other processes.
//!
//! Commands run as root beside a server that does not: in a folder that is another's, root acts as that one ([`as_owner`]).

mod acting;
mod draft;
mod folder;
mod group;
mod lock;
mod path;
mod rights;

pub use acting::as_owner;
pub use draft::{Draft, NotPrivate, create_private, replace_private};
pub use draft::{give_to_owner_of, keep, keep_name, publish_new, publish_over, sync, sync_folder_of};
pub use folder::{make_folder, make_folder_of};
pub use group::group_id;
pub use lock::{Holder, holder, lock_folder_of};
pub use path::{FileId, file_id, folder_of, is_same_file, temporary, with_suffix};
pub use rights::{ANY_RIGHT, create_new, is_private, mode};
