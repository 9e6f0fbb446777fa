//! A policy text, its verdicts and what was found in it.

use audit_policy::api::Version;
use audit_policy::finding::Finding;
use audit_policy::finding::Place;
use audit_policy::finding::Severity;
use audit_policy::lint;
use audit_policy::lint::Advice;
use audit_policy::lint::LintReport;
use audit_policy::lint::Order;
use audit_policy::lint::Profile;
use audit_policy::policy::Problem;
use audit_policy::policy::ProblemKind;
use audit_policy::policy::Verdict;
use audit_policy::policy::VersionRange;
use audit_policy::wrapped::WrappedPolicy;

/// A policy text, its verdicts and what was found in it.
pub(super) struct LintedPolicy {
    pub(super) path: String,
    pub(super) text: Vec<u8>,
    /// Where in the file the policy is, if it is not the file itself.
    pub(super) within: Option<WrappedPolicy>,
    /// What to do about a refusal.
    pub(super) advice: Vec<Advice>,
    /// How many things --fix repairs, and how many more with --reorder.
    pub(super) fixable: FixableCount,
    /// The version that decides, and its verdict.
    pub(super) version: Version,
    pub(super) verdict: Verdict,
    /// The verdict of every range of versions, where several were asked for.
    pub(super) ranges: Vec<VersionRange>,
    pub(super) report: LintReport,
    /// The profiles that were asked for.
    pub(super) profiles: Vec<Profile>,
}

impl LintedPolicy {
    /// The worst that was found; a refusal is an error.
    pub(super) fn worst(&self) -> Option<Severity> {
        if !self.verdict.is_accepted() {
            return Some(Severity::Error);
        }
        self.report.findings.iter().map(|finding| finding.severity).max()
    }

    /// Where a refusal is: where its cause is, if that is known better than the server knows it.
    pub(super) fn place_of_error(&self, verdict: &Verdict) -> Option<Place> {
        self.advice.first().and_then(|advice| advice.place).or(verdict.place())
    }

    /// Places a finding in the file: in one that writes the policy in another way, such as in
    /// base64, everything is where the policy begins.
    pub(super) fn in_the_file(&self, finding: Finding) -> Finding {
        match &self.within {
            Some(WrappedPolicy { is_placed: false, place: (line, column), .. }) => {
                let place = Some(Place { line: *line, column: *column });
                Finding { place, ..finding }
            }
            _ => finding,
        }
    }

    /// What the server says, as findings.
    pub(super) fn server_findings(&self) -> impl Iterator<Item = Finding> {
        let Self { verdict, version, .. } = self;
        let warned = verdict.problems.iter().find(|it| is_warned(it)).map(|it| it.place);
        let finding =
            |severity, place, message, help| Finding { id: SERVER, severity, place, message, help };
        let warning = verdict.warning.as_ref().map(|warning| {
            let message = format!("API server {version} would log a warning: {warning}");
            finding(Severity::Warning, warned, message, None)
        });
        let error = verdict.refusal().map(|refusal| {
            let message = format!("an API server {version} would not start with it: {refusal}");
            let words: Vec<&str> = self.advice.iter().map(|advice| &*advice.words).collect();
            let help = (!words.is_empty()).then(|| words.join("; "));
            finding(Severity::Error, self.place_of_error(verdict), message, help)
        });
        warning.into_iter().chain(error)
    }
}

/// How many things of a policy can be repaired without asking.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FixableCount {
    /// By --fix.
    pub(super) plain: usize,
    /// Besides, by --fix --reorder.
    pub(super) by_order: usize,
}

impl FixableCount {
    pub(super) fn of(text: &str, version: Version) -> Self {
        let repairs =
            |order| lint::fix(text, version, order).map_or(0, |fixed| fixed.repairs.len());
        let plain = repairs(Order::Kept);
        Self { plain, by_order: repairs(Order::CatchAllLast).saturating_sub(plain) }
    }
}

/// Whether the server only warns of it.
pub(super) fn is_warned(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::UnknownField | ProblemKind::DuplicateField)
}

/// The id of what the server says, where there is no other place for it.
pub(super) const SERVER: &str = "server-verdict";
