//! Tests of `template`.

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
    assert!(settings[0].starts_with("system-namespaces=kube-system,d8-admission-policy-engine,"));
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
    assert!(policy.contains("  - level: Metadata\n    verbs: [create, update, patch, delete, "));
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
        ("drop-probes=yes", "`yes` is nothing for `drop-probes`, which takes `false` or `true`"),
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
