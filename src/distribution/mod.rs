//! Which distribution wrote the API server's manifest, and whether it keeps an edit.

mod evidence;
mod table;

use audit_policy::finding::{Finding, Severity};

use evidence::DistributionEvidence;
pub use evidence::Signs;
pub use table::*;

/// A distribution, and how it was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detection {
    /// The distribution.
    pub distribution: &'static Distribution,
    /// What it was recognised by, one phrase each, the surest first; at least one.
    pub evidence: Vec<String>,
}

impl Distribution {
    /// Returns the distribution of a node by its signs.
    #[must_use]
    pub fn detect(signs: &Signs) -> Option<Detection> {
        ALL.into_iter().find_map(|distribution| {
            let all = distribution.signs;
            let evidence: Vec<_> = all.iter().filter_map(|sign| signs.evidence(*sign)).collect();
            (!evidence.is_empty()).then_some(Detection { distribution, evidence })
        })
    }

    /// Returns how auditing is set there so that it stays, and what writes the files for it, as a sentence
    /// without its full stop.
    #[must_use]
    pub fn advice(&self) -> String {
        match self.export {
            Some(target) => {
                format!("{}; `export {target}` writes what belongs there", self.instead)
            }
            None => self.instead.to_owned(),
        }
    }

    /// Returns what becomes of a manifest that is edited by hand, such as "kubeadm writes this
    /// manifest again at `kubeadm upgrade`".
    #[must_use]
    pub fn fate(&self) -> String {
        format!("{} {}", self.name, self.fate)
    }
}

/// Returns what is to be said before a manifest of this distribution is edited: an error refuses.
#[must_use]
pub fn check(detected: &Detection) -> Finding {
    let (id, severity) = match detected.distribution.stance {
        Stance::Refuse => ("managed-manifest", Severity::Error),
        Stance::Say => ("rewritten-manifest", Severity::Warning),
    };
    let evidence = detected.evidence.first().map(|sign| format!(" ({sign})")).unwrap_or_default();
    let Detection { distribution, .. } = detected;
    let message = format!("{}{evidence}. {}", distribution.fate(), distribution.advice());
    Finding { id, severity, place: None, message, help: None }
}

/// Returns every path that is a sign of some distribution.
pub fn paths() -> impl Iterator<Item = &'static str> {
    let signs = ALL.into_iter().flat_map(|distribution| distribution.signs);
    signs.filter_map(|sign| match sign {
        DistributionEvidence::Path(path) | DistributionEvidence::PathAlone(path) => Some(*path),
        _ => None,
    })
}
