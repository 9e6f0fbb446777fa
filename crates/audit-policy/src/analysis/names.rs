//! Names that Kubernetes allows.

use crate::request::is_label;

/// Groups, resources and subresources are segments of a path (Go: `NewRequestInfo`), and no API can
/// be registered under a name with a wildcard.
pub(super) fn is_segment(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '*'])
}

/// Namespaces are DNS labels (Go: `ValidateNamespaceName`), so that `kube-*` can be none; empty is
/// what is in no namespace and what asks for all of them.
pub(super) fn is_namespace(namespace: &str) -> bool {
    const LONGEST_LABEL: usize = 63;
    namespace.is_empty() || (namespace.len() <= LONGEST_LABEL && is_label(namespace))
}
