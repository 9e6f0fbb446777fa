//! Who a file belongs to.

use serde::{Deserialize, Serialize};

/// Owner of a file or directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
}

impl Owner {
    /// root:root
    pub const ROOT: Self = Self { uid: 0, gid: 0 };
}
