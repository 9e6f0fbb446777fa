//! The `audit.k8s.io/v1` types, field for field, and the server versions they are read by.
//!
//! No logic beyond names and order: what a policy means lives in `policy`.

mod event;
mod level;
mod policy;
mod stage;
mod version;

pub use event::{AuthenticationMetadata, Event, ObjectReference, ResponseStatus, UserInfo};
pub use level::Level;
pub use policy::{GroupResources, Policy, Rule};
pub use stage::Stage;
pub use version::Version;
