//! Rule books to hold a policy against, and where they contradict each other.

mod cis;
mod kubescape;
mod names;
mod stig;

pub use names::Profile;

use super::catalog::{CIS, Check, KUBESCAPE, STIG};
use super::interests::interests;
use super::omitted_stages::is_silent;
use super::options::OnWriteError;
use super::questions::Questions;
use super::subject::{START, Subject};

use crate::api::Version;
use crate::finding::{Finding, Severity};
use crate::policy::AcceptedPolicy;

impl Profile {
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
        if is_silent(subject) {
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
