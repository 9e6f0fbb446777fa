//! The errors of a machine in memory: those of the kernel, on a system that has none of them their kinds.

#[cfg(unix)]
pub(crate) use rustix::io::Errno;

/// What a call fails with.
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errno(std::io::ErrorKind);

#[cfg(not(unix))]
impl Errno {
    pub const EXIST: Self = Self(std::io::ErrorKind::AlreadyExists);
    pub const INTR: Self = Self(std::io::ErrorKind::Interrupted);
    pub const INVAL: Self = Self(std::io::ErrorKind::InvalidInput);
    pub const IO: Self = Self(std::io::ErrorKind::BrokenPipe);
    pub const ISDIR: Self = Self(std::io::ErrorKind::IsADirectory);
    pub const LOOP: Self = Self(std::io::ErrorKind::Other);
    pub const NOENT: Self = Self(std::io::ErrorKind::NotFound);
    pub const NOSPC: Self = Self(std::io::ErrorKind::StorageFull);
    pub const NOTDIR: Self = Self(std::io::ErrorKind::NotADirectory);
    pub const NOTEMPTY: Self = Self(std::io::ErrorKind::DirectoryNotEmpty);
    pub const PERM: Self = Self(std::io::ErrorKind::PermissionDenied);
    pub const ROFS: Self = Self(std::io::ErrorKind::ReadOnlyFilesystem);
    pub const XDEV: Self = Self(std::io::ErrorKind::CrossesDevices);
}

#[cfg(not(unix))]
impl From<Errno> for std::io::Error {
    fn from(errno: Errno) -> Self {
        errno.0.into()
    }
}
