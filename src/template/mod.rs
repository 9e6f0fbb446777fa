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

#[cfg(test)]
mod tests {
    use super::*;

    fn deckhouse(settings: &[&str]) -> Result<String, TemplateError> {
        Template::find("deckhouse").unwrap().render(settings)
    }

    #[test]
    fn every_template_says_what_it_records_what_it_costs_and_where_it_comes_from() {
        for template in Template::ALL {
            let summary = template.summary();
            assert!(template.text.starts_with(&format!("# {}: ", template.name)));
            for (what, said) in [
                ("title", summary.title),
                ("records", summary.records),
                ("costs", summary.costs),
                ("source", summary.source),
            ] {
                assert!(said.len() > 20, "{} says nothing about {what}: {said}", template.name);
                assert!(!said.contains('#'), "{}: {said}", template.name);
            }
        }
    }

    #[test]
    fn every_template_names_the_profiles_it_passes_and_no_others_whatever_the_version() {
        for template in Template::ALL {
            let passed: Vec<String> = template.passes().iter().map(ToString::to_string).collect();
            let said = template.field("Profiles");
            let said = said.trim_end_matches('.');
            let names: Vec<&str> = said.split(", ").filter(|name| *name != "none").collect();
            assert_eq!(names, passed, "{}", template.name);
            for version in Version::supported() {
                let accepted = judge(template.text.as_bytes(), version).outcome.unwrap();
                let passes = |profile: &Profile| profile.passes(&accepted, version);
                let passed: Vec<_> = Profile::ALL.into_iter().filter(passes).collect();
                assert_eq!(passed, template.passes(), "{} {version}", template.name);
            }
        }
    }

    #[test]
    fn without_settings_and_with_the_defaults_a_template_comes_out_byte_for_byte() {
        for template in Template::ALL {
            let untouched: &[&str] = &[];
            assert_eq!(template.render(untouched).unwrap(), template.text);
        }
        let template = Template::find("deckhouse").unwrap();
        let settings: Vec<String> = template
            .parameters
            .iter()
            .map(|parameter| format!("{}={}", parameter.name, template.default_of(parameter)))
            .collect();
        assert!(
            settings[0].starts_with("system-namespaces=kube-system,d8-admission-policy-engine,")
        );
        assert!(settings.contains(&"drop-probes=false".to_owned()), "{settings:?}");
        assert_eq!(template.render(&settings).unwrap(), template.text);
    }

    #[test]
    fn every_parameter_stands_in_its_template_and_every_mark_has_a_parameter() {
        for template in Template::ALL {
            let mut marked = template.text.matches("#? ").count();
            marked += template.text.matches(" # each ").count();
            let mut known = 0;
            for parameter in template.parameters {
                let list = template.text.matches(&format!("{{{}}}", parameter.name)).count();
                let word = template.text.matches(&format!("#? {}=", parameter.name)).count();
                assert!(list + word > 0, "{} is nowhere", parameter.name);
                known += list + word;
            }
            assert_eq!(known, marked, "{} has a mark without a parameter", template.name);
        }
    }

    #[test]
    fn a_list_replaces_its_items_wherever_it_is_marked() {
        let policy = deckhouse(&["system-namespaces=kube-system, d8-own"]).unwrap();
        assert!(policy.contains(
            "    namespaces: # each {system-namespaces}\n      - kube-system\n      - d8-own\n    \
             omitStages"
        ));
        assert!(policy.contains(
            "      - system:serviceaccounts:kube-system\n      - system:serviceaccounts:d8-own\n    \
             omitStages"
        ));
        assert!(!policy.contains("d8-istio"));
    }

    #[test]
    fn a_line_for_a_value_stands_only_with_that_value() {
        let policy = deckhouse(&["drop-probes=true", "system-sa-verbs=writes"]).unwrap();
        assert!(policy.contains("  - level: None\n    userGroups: [\"system:unauthenticated\"]\n"));
        assert!(
            policy.contains("  - level: Metadata\n    verbs: [create, update, patch, delete, ")
        );
        assert!(!policy.contains("#?"));
        assert_eq!(deckhouse(&["drop-probes=true", "drop-probes=false"]), deckhouse(&[]));
    }

    #[test]
    fn names_that_yaml_takes_for_something_else_are_quoted() {
        let policy = deckhouse(&["leader-election-namespaces=on,1e3,kube-system"]).unwrap();
        assert!(policy.contains("      - \"on\"\n      - \"1e3\"\n      - kube-system\n"));
    }

    #[test]
    fn what_cannot_be_set_is_refused_with_what_is_meant() {
        for (setting, error) in [
            (
                "system-namespace=x",
                "template `deckhouse` has no parameter `system-namespace`, did you mean `system-namespaces`?",
            ),
            ("x=y", "template `deckhouse` has no parameter `x`"),
            ("drop-probes", "`drop-probes` is not KEY=VALUE"),
            (
                "drop-probes=yes",
                "`yes` is nothing for `drop-probes`, which takes `false` or `true`",
            ),
            (
                "system-namespaces=",
                "`system-namespaces` needs at least one name: an empty list would match everything",
            ),
        ] {
            assert_eq!(deckhouse(&[setting]).unwrap_err().to_string(), error);
        }
        for name in ["d8-*", "@cluster", "-a", "a-", "A", "a.b", &"a".repeat(64)] {
            let setting = format!("system-namespaces=kube-system,{name}");
            let error = deckhouse(&[&setting]).unwrap_err();
            assert!(matches!(error, TemplateError::InvalidName { .. }), "{name}");
        }
        assert!(deckhouse(&["leader-election=a.b"]).is_ok());
        let gce = Template::find("gce").unwrap().render(&["drop-probes=true"]).unwrap_err();
        assert_eq!(gce.to_string(), "template `gce` has no parameter `drop-probes`");
    }

    #[test]
    fn a_template_that_is_not_there_is_refused_with_what_is_meant() {
        let error = |name| Template::find(name).unwrap_err().to_string();
        assert_eq!(error("minimum"), "there is no template `minimum`, did you mean `minimal`?");
        assert_eq!(error("everything"), "there is no template `everything`");
    }
}
