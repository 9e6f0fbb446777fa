//! The request that an audit rule looks at, and the ways to one: a URL, the words of
//! `kubectl auth can-i`, a recorded event.

mod attributes;
mod can_i;
pub mod kubectl;
mod kubectl_words;
mod logged;
mod names;
mod request_info;
pub mod resources;
mod selector;
mod url;
mod words;

pub use attributes::{Request, Resource, User};
pub use can_i::{AssumedRequest, CanI, CanIError, NamespaceChoice, ask, user};
pub use kubectl_words::{RequestWords, requests_of};
pub use logged::{LoggedRequest, RecordedError, of_event, recorded};
pub(crate) use names::{is_label, not_a_subdomain};
pub use request_info::{RequestInfo, is_long_running, request_info};
pub use url::UrlError;
pub use words::{Who, Words};
