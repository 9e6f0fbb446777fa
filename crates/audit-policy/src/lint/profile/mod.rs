//! Rule books to hold a policy against, and where they contradict each other.

mod cis;
mod kubescape;
mod stig;

use std::fmt;

use super::catalog::{CIS, Check, KUBESCAPE, STIG};
use super::questions::Questions;
use super::records;
use super::subject::{START, Subject};
use super::{OnWriteError, interests};
use crate::api::Version;
use crate::finding::{Finding, Severity};
use crate::policy::AcceptedPolicy;

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

    fn id(self) -> Check {
        match self {
            Self::Cis => CIS,
            Self::Stig => STIG,
            Self::Kubescape => KUBESCAPE,
        }
    }

    /// Says whether a policy passes on a server of this version.
    #[must_use]
    pub fn passes(self, accepted: &AcceptedPolicy, version: Version) -> bool {
        let subject = Subject::new(accepted, version, OnWriteError::default());
        let mut questions = Questions::new(&subject, interests(accepted.policy()));
        self.check(&subject, &mut questions).is_empty()
    }

    /// Returns what keeps a policy from passing; nothing if it passes.
    pub(super) fn check(
        self,
        subject: &Subject<'_>,
        questions: &mut Questions<'_>,
    ) -> Vec<Finding> {
        if records::is_silent(subject) {
            let message = "this policy records nothing";
            return vec![self.id().found(START, message)];
        }
        match self {
            Self::Cis => cis::check(subject, questions),
            Self::Stig => stig::check(subject),
            Self::Kubescape => kubescape::check(subject),
        }
    }
}

/// Says where the profiles that were asked for cannot both pass.
pub(super) fn contradictions(profiles: &[Profile]) -> Option<Finding> {
    let asked = |profile| profiles.contains(&profile);
    if !asked(Profile::Stig) || !(asked(Profile::Cis) || asked(Profile::Kubescape)) {
        return None;
    }
    let message = format!(
        "no policy passes both `{}` and `{}`: STIG wants RequestResponse for every request, CIS and \
         kubescape want secrets, configmaps and tokenreviews at Metadata",
        STIG.id, CIS.id
    );
    Some(STIG.found(START, message).rated(Severity::Info))
}
