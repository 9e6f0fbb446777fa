//! The rule books that a policy can be checked against.

use std::fmt;

/// A rule book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// CIS Kubernetes Benchmark 3.2.2.
    Cis,
    /// DISA STIG for Kubernetes, V-242403.
    Stig,
    /// kubescape C-0161, which looks for what CIS 3.2.2 asks for in another way.
    Kubescape,
}

impl fmt::Display for Profile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Cis => "cis",
            Self::Stig => "stig",
            Self::Kubescape => "kubescape",
        })
    }
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Cis, Self::Stig, Self::Kubescape];

    /// Returns what it checks, in a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Cis => {
                "CIS 3.2.2: no bodies of secrets, configmaps and tokenreviews, but their metadata; \
                 changes of pods and deployments; exec, portforward and proxy; most requests at \
                 Metadata or above"
            }
            Self::Stig => "DISA STIG V-242403: every request at RequestResponse",
            Self::Kubescape => {
                "kubescape C-0161: nine resources by name in rules of the right level, whatever \
                 their order and selectors"
            }
        }
    }
}
