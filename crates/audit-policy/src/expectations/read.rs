//! From YAML to expectations.

use super::{Case, Expectation, Expectations, ExpectationsError};
use crate::api::{Level, Stage};
use crate::did_you_mean;
use crate::request::Who;
use crate::request::Words;
use goyaml::{Content, Span, Value};

/// The one version of the format.
pub(super) const API_VERSION: &str = "kubectl-audit/v1";
pub(super) const KIND: &str = "PolicyTest";

/// How deep a file may be nested; expectations need four levels.
const MOST_LEVELS: usize = 16;

const FILE: &[&str] = &["apiVersion", "kind", "policy", "requests"];
const CASE: &[&str] = &[
    "name",
    "verb",
    "resource",
    "subresource",
    "path",
    "namespace",
    "user",
    "groups",
    "noUser",
    "expect",
];
const EXPECT: &[&str] = &["level", "stages", "rule", "line"];

type ReadResult<T> = Result<T, ExpectationsError>;

impl Expectations {
    /// Reads a file, as YAML in the way of the API server.
    ///
    /// # Errors
    ///
    /// Fails for what is no YAML, for unknown keys and values, for requests that cannot be, and for
    /// requests of which nothing is expected: a test must be able to fail.
    pub fn read(text: &str) -> Result<Self, ExpectationsError> {
        let decoded =
            goyaml::decode_with_places(text.as_bytes(), MOST_LEVELS).map_err(|error| {
                let place = crate::finding::Place { line: error.line, column: error.column };
                ExpectationsError { place, message: error.message }
            })?;
        if let Some(twice) = decoded.duplicates.first() {
            return Err(wrong(twice.span, "this key is there twice"));
        }
        let file = &decoded.value;
        only(file, FILE)?;
        for (key, wanted) in [("apiVersion", API_VERSION), ("kind", KIND)] {
            if required(file, key)? != wanted {
                return Err(wrong(at(file, key), &format!("`{key}` is not `{wanted}`")));
            }
        }
        let cases = items(file, "requests")?.unwrap_or_default();
        if cases.is_empty() {
            return Err(wrong(at(file, "requests"), "there are no `requests`"));
        }
        let cases = cases.iter().map(case).collect::<ReadResult<Vec<Case>>>()?;
        Ok(Self { policy: text_of(file, "policy")?, cases })
    }
}

fn case(value: &Value) -> ReadResult<Case> {
    only(value, CASE)?;
    let words = words(value)?;
    let request = words.request().map_err(|error| wrong(value.span, &error.to_string()))?;
    let Some(expect) = value.field("expect") else {
        return Err(wrong(value.span, "nothing is expected of this request: `expect` is missing"));
    };
    let expected = expected(&expect.value)?;
    let name = text_of(value, "name")?.unwrap_or_else(|| request.to_string());
    Ok(Case { name, place: value.span.into(), request, expected })
}

fn words(value: &Value) -> ReadResult<Words> {
    let target = match (text_of(value, "resource")?, text_of(value, "path")?) {
        (Some(resource), None) if resource.starts_with('/') => {
            return Err(wrong(at(value, "resource"), "this is a `path`, not a `resource`"));
        }
        (Some(resource), None) => resource,
        (None, Some(path)) if path.starts_with('/') => path,
        (None, Some(_)) => return Err(wrong(at(value, "path"), "a `path` begins with `/`")),
        _ => return Err(wrong(value.span, "a request wants either a `resource` or a `path`")),
    };
    Ok(Words {
        verb: required(value, "verb")?,
        target,
        name: String::new(),
        subresource: text_of(value, "subresource")?.unwrap_or_default(),
        namespace: text_of(value, "namespace")?,
        who: who(value)?,
    })
}

fn who(value: &Value) -> ReadResult<Who> {
    let user = text_of(value, "user")?;
    let groups = items(value, "groups")?;
    if truth(value, "noUser")? {
        if user.is_some() || groups.is_some() {
            return Err(wrong(at(value, "noUser"), "`noUser` leaves no `user` and no `groups`"));
        }
        return Ok(Who::Nobody);
    }
    let user = user.unwrap_or_default();
    Ok(match groups {
        None => Who::Named(user),
        Some(groups) => {
            let groups = groups.iter().map(|group| text("groups", group));
            Who::InGroups(user, groups.collect::<ReadResult<Vec<_>>>()?)
        }
    })
}

fn expected(value: &Value) -> ReadResult<Expectation> {
    only(value, EXPECT)?;
    let level = text_of(value, "level")?.map(|name| {
        let known = Level::ALL.map(Level::name);
        Level::from_name(&name).ok_or_else(|| unknown(at(value, "level"), "level", &name, &known))
    });
    let stages = items(value, "stages")?.map(|stages| stages.iter().map(stage).collect());
    let expected = Expectation {
        level: level.transpose()?,
        stages: stages.transpose()?,
        rule: number(value, "rule")?,
        line: number(value, "line")?,
    };
    if expected == Expectation::default() {
        return Err(wrong(value.span, "nothing is expected: name level, stages, rule or line"));
    }
    Ok(expected)
}

fn stage(value: &Value) -> ReadResult<Stage> {
    let name = text("stages", value)?;
    let known = Stage::ALL.map(Stage::name);
    Stage::from_name(&name).ok_or_else(|| unknown(value.span, "stage", &name, &known))
}

/// Refuses anything but a mapping with these keys.
fn only(value: &Value, keys: &[&'static str]) -> ReadResult<()> {
    let Content::Map(fields) = &value.content else {
        return Err(wrong(
            value.span,
            &format!("this wants to be a mapping of {}", keys.join(", ")),
        ));
    };
    match fields.iter().find(|field| !keys.contains(&&*field.name)) {
        Some(field) => Err(unknown(field.span, "key", &field.name, keys)),
        None => Ok(()),
    }
}

fn required(value: &Value, key: &str) -> ReadResult<String> {
    text_of(value, key)?.ok_or_else(|| wrong(value.span, &format!("`{key}` is missing")))
}

fn text_of(value: &Value, key: &str) -> ReadResult<Option<String>> {
    value.field(key).map(|field| text(key, &field.value)).transpose()
}

fn text(key: &str, value: &Value) -> ReadResult<String> {
    match &value.content {
        Content::Text(text) => Ok(text.clone()),
        Content::Bool(_) | Content::Number(_) => {
            Err(wrong(value.span, &format!("`{key}` wants text: put it in quotes")))
        }
        _ => Err(wrong(value.span, &format!("`{key}` wants text"))),
    }
}

fn items<'a>(value: &'a Value, key: &str) -> ReadResult<Option<&'a [Value]>> {
    match value.field(key).map(|field| &field.value) {
        None => Ok(None),
        Some(Value { content: Content::List(items), .. }) => Ok(Some(items)),
        Some(value) => Err(wrong(value.span, &format!("`{key}` wants a list"))),
    }
}

fn truth(value: &Value, key: &str) -> ReadResult<bool> {
    match value.field(key).map(|field| &field.value) {
        None => Ok(false),
        Some(Value { content: Content::Bool(truth), .. }) => Ok(*truth),
        Some(value) => Err(wrong(value.span, &format!("`{key}` wants true or false"))),
    }
}

fn number(value: &Value, key: &str) -> ReadResult<Option<usize>> {
    let Some(field) = value.field(key) else { return Ok(None) };
    let number = match &field.value.content {
        Content::Number(number) => number.parse().ok(),
        _ => None,
    };
    let wants = || wrong(field.value.span, &format!("`{key}` wants a whole number"));
    number.map(Some).ok_or_else(wants)
}

fn unknown(span: Span, what: &str, name: &str, known: &[&'static str]) -> ExpectationsError {
    let meant = did_you_mean::nearest(name, known.iter().copied());
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there are {}", known.join(", ")),
    };
    wrong(span, &format!("unknown {what} `{name}`; {help}"))
}

/// The place of a value, or of the mapping that lacks it.
fn at(value: &Value, key: &str) -> Span {
    value.field(key).map_or(value.span, |field| field.value.span)
}

fn wrong(span: Span, message: &str) -> ExpectationsError {
    ExpectationsError { place: span.into(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Version;
    use crate::policy::judge;

    const HEAD: &str = "apiVersion: kubectl-audit/v1\nkind: PolicyTest\nrequests:\n";

    fn differences(case: &str) -> Vec<String> {
        let policy = "apiVersion: audit.k8s.io/v1\nomitStages: [RequestReceived]\nrules:\n\
            - {level: None, users: [bob]}\n- {level: Request, resources: [{resources: [pods]}]}\n";
        let accepted = judge(policy.as_bytes(), Version::NEWEST).outcome.unwrap();
        let read = Expectations::read(&format!("{HEAD}- {{{case}}}\n")).unwrap();
        read.cases[0].check(&accepted, Version::NEWEST).differences
    }

    #[test]
    fn a_decision_that_differs_is_told_with_the_reason() {
        let pods = "verb: create, resource: po/x, user: alice";
        for (expect, wanted) in [
            ("level: Request, rule: 2, line: 5, stages: [ResponseComplete]", None),
            ("stages: [ResponseComplete, Panic]", None),
            ("level: None", Some("expected level None, got Request")),
            ("rule: 1", Some("expected rule 1, got rule 2: `users` names bob, not alice")),
            ("rule: 3", Some("expected rule 3, got rule 2: the policy has 2")),
            ("rule: 0", Some("expected no rule, got rule 2")),
            ("line: 4", Some("expected the rule of line 4, got that of line 5")),
            ("line: 1", Some("expected the rule of line 1, where none begins")),
            ("stages: []", Some("expected stages none, got ResponseComplete")),
        ] {
            let found = differences(&format!("{pods}, expect: {{{expect}}}"));
            assert_eq!(found.first().map(String::as_str), wanted, "{expect}");
        }
        assert!(differences("verb: get, path: /x, noUser: true, expect: {rule: 0}").is_empty());
        let first = "verb: get, path: /x, user: bob, expect: {rule: 2}";
        assert_eq!(differences(first), ["expected rule 2, got rule 1, which comes first"]);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (case, wanted) in [
            ("verb: get, resource: pods", "4:3: nothing is expected of this request"),
            ("verb: get, path: x, expect: {rule: 1}", "4:21: a `path` begins with `/`"),
            ("verb: get, expect: {level: none}", "a request wants either"),
            (
                "verb: get, path: /, expect: {level: none}",
                "unknown level `none`; did you mean `None`",
            ),
            ("verb: get, path: /, expext: {}", "unknown key `expext`; did you mean `expect`"),
            ("verb: get, path: /, expect: {}", "nothing is expected"),
            ("verb: get, path: /, user: on, expect: {rule: 1}", "put it in quotes"),
            ("verb: get, resource: a/b/c/d, expect: {rule: 1}", "too many `/`"),
        ] {
            let error =
                Expectations::read(&format!("{HEAD}- {{{case}}}\n")).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
        let empty = Expectations::read(HEAD).unwrap_err().message;
        assert!(empty.contains("requests"), "{empty}");
    }
}
