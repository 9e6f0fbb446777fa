//! The policy templates: what there is, what each says of itself, and its parameters filled in.
//!
//! A template is an ordinary policy that loads as it is. Its parameters are marked in comments, so
//! filling them in is an edit of lines, which keeps every comment:
//!
//! ```yaml
//! namespaces: # each {system-namespaces}      the items below are one for each name
//!   - kube-system
//! #? drop-probes=true: - level: None          a line that is there only with this value
//! ```

mod error;
mod fill;
mod into;
mod parameter;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use audit_policy::api::Version;
use audit_policy::did_you_mean;
use audit_policy::lint::Profile;
use audit_policy::policy::judge;

pub use error::TemplateError;
pub use into::{AddedRule, IntoError, MergedPolicy, RuleGroup, RuleNumber, insert, into};
pub use parameter::{CLUSTER, Parameter, ParameterType};

/// A policy template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// The name it is asked for by.
    pub name: &'static str,
    /// The policy with the defaults of all parameters.
    pub text: &'static str,
    /// What `--set` can change.
    pub parameters: &'static [Parameter],
}

/// What a template says of itself in its first comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What it is, in one line.
    pub title: String,
    /// What it records.
    pub records: String,
    /// What that costs in events and bytes.
    pub costs: String,
    /// Where it comes from, with the licence.
    pub source: String,
}

impl Template {
    /// Every template, the simplest first.
    pub const ALL: &'static [Self] = &[
        plain("minimal", include_str!("../../templates/minimal.yaml")),
        plain("docs", include_str!("../../templates/docs.yaml")),
        plain("gce", include_str!("../../templates/gce.yaml")),
        plain("sealos", include_str!("../../templates/sealos.yaml")),
        plain("cks", include_str!("../../templates/cks.yaml")),
        Self {
            name: "deckhouse",
            text: include_str!("../../templates/deckhouse.yaml"),
            parameters: parameter::DECKHOUSE,
        },
        plain("cis", include_str!("../../templates/cis.yaml")),
    ];

    /// Returns the template of that name, in upper or lower case.
    ///
    /// # Errors
    /// Names the template that is probably meant, if one is near.
    pub fn find(name: &str) -> Result<&'static Self, TemplateError> {
        Self::ALL.iter().find(|template| template.name.eq_ignore_ascii_case(name)).ok_or_else(
            || {
                let nearest =
                    did_you_mean::nearest(name, Self::ALL.iter().map(|template| template.name));
                TemplateError::UnknownTemplate { name: name.to_owned(), nearest }
            },
        )
    }

    /// Returns what the template says of itself.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let title = self.text.lines().next().unwrap_or_default();
        let title = title.split_once(": ").map_or(title, |(_, title)| title);
        Summary {
            title: title.to_owned(),
            records: self.field("Records"),
            costs: self.field("Costs"),
            source: self.field("Source"),
        }
    }

    /// Returns the profiles of lint that the template passes on the newest server, as it is.
    #[must_use]
    pub fn passes(&self) -> Vec<Profile> {
        let accepted = judge(self.text.as_bytes(), Version::NEWEST).outcome;
        let passed = |profile: &Profile| {
            accepted.as_ref().is_ok_and(|policy| profile.passes(policy, Version::NEWEST))
        };
        Profile::ALL.into_iter().filter(passed).collect()
    }

    /// A field of the first comment: `# Name: …` and the lines indented below it.
    fn field(&self, name: &str) -> String {
        let head = format!("# {name}:");
        let mut lines = self.text.lines().skip_while(|line| !line.starts_with(&head));
        let first = lines.next().and_then(|line| line.strip_prefix(&head)).unwrap_or_default();
        let below = lines.map_while(|line| line.strip_prefix("#   "));
        [first].into_iter().chain(below).map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// Returns the value that a parameter has in the template's own text, as `--set` would take it.
    #[must_use]
    pub fn default_of(&self, parameter: &Parameter) -> String {
        match parameter.takes {
            ParameterType::OneOf(words) => words.first().copied().unwrap_or_default().to_owned(),
            ParameterType::Namespaces | ParameterType::Names => {
                fill::items(self.text, parameter.name).join(",")
            }
        }
    }

    /// Returns the policy with `settings`, each `key=value`, filled in. The last of several for one
    /// key counts; without any the text comes out as it is.
    ///
    /// # Errors
    /// Refuses a parameter the template does not have and a value the parameter does not take. The
    /// namespaces of a cluster (`=@cluster`) have to be looked up and filled in before.
    ///
    /// # Examples
    /// ```
    /// use kubectl_audit::template::Template;
    ///
    /// let template = Template::find("deckhouse")?;
    /// let policy = template.render(&["system-namespaces=kube-system,d8-system"])?;
    /// assert!(policy.contains("system:serviceaccounts:d8-system\n"));
    /// assert!(!policy.contains("d8-istio"));
    /// # Ok::<(), kubectl_audit::template::TemplateError>(())
    /// ```
    pub fn render<S: AsRef<str>>(&self, settings: &[S]) -> Result<String, TemplateError> {
        let mut values = BTreeMap::new();
        for setting in settings {
            let (parameter, value) = self.setting(setting.as_ref())?;
            values.insert(parameter.name, parameter.read(value)?);
        }
        Ok(fill::fill(self.text, &values))
    }

    /// The parameter and the value that a `key=value` means.
    fn setting<'a>(
        &self,
        setting: &'a str,
    ) -> Result<(&'static Parameter, &'a str), TemplateError> {
        let (name, value) = setting
            .split_once('=')
            .ok_or_else(|| TemplateError::NoValue { setting: setting.to_owned() })?;
        let parameter = self.parameters.iter().find(|parameter| parameter.name == name);
        let parameter = parameter.ok_or_else(|| TemplateError::UnknownParameter {
            template: self.name,
            name: name.to_owned(),
            nearest: did_you_mean::nearest(name, self.parameters.iter().map(|known| known.name)),
        })?;
        Ok((parameter, value))
    }
}

const fn plain(name: &'static str, text: &'static str) -> Template {
    Template { name, text, parameters: &[] }
}
