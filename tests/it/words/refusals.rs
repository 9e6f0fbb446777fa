//! Plain words below the server's refusals.

use audit_policy::api::Version;
use audit_policy::lint::advice;
use audit_policy::policy::judge;

use super::HEAD;

/// The first advice for a text, with the line it is about.
fn help(text: &str) -> (usize, String) {
    let verdict = judge(text.as_bytes(), Version::NEWEST);
    assert!(!verdict.is_accepted(), "accepted: {text}");
    let advice = advice(text, &verdict);
    let first =
        advice.first().unwrap_or_else(|| panic!("no advice: {:?}\n{text}", verdict.refusal()));
    let place = first.place.or(verdict.place()).unwrap();
    (place.line, first.words.clone())
}

#[test]
fn what_was_left_in_a_text_is_named_where_it_is() {
    let rules = "rules:\n- level: Metadata\n";
    for (text, line, words) in [
        (format!("{HEAD}{rules}EOF\n"), 5, "`EOF` is the end of a here-document"),
        (format!("```yaml\n{HEAD}{rules}```\n"), 1, "code fence"),
        (
            format!("{HEAD}rules:\n{{% for r in x %}}\n- level: None\n{{% endfor %}}\n"),
            4,
            "template",
        ),
        (
            format!("{HEAD}rules:\n{{{{- if .Values.a }}}}\n- level: None\n{{{{- end }}}}\n"),
            4,
            "template",
        ),
        (format!("{HEAD}rules:\n- level: {{{{ .Values.level }}}}\n"), 4, "template"),
        (format!("{HEAD}rules:\n<% if x %>\n- level: None\n"), 4, "template"),
        (format!("cat <<EOF > p.yaml\n{HEAD}{rules}EOF\n"), 1, "command of the shell"),
        (format!("{HEAD}<<<<<<< HEAD\n{rules}=======\n{rules}>>>>>>> x\n"), 3, "merge"),
        (format!("<!DOCTYPE html>\n<html>{HEAD}"), 1, "raw file"),
        (format!(" 1  {}", HEAD.replace('\n', "\n 2  ")), 1, "line number"),
    ] {
        let (at, help) = help(&text);
        assert!(at == line && help.contains(words), "{at}: {help}\n{text}");
    }
}

#[test]
fn slips_of_the_keyboard_are_said_with_what_to_write() {
    for (rules, line, words) in [
        ("-level: None\n", 4, "write `- level: …`"),
        ("- level: None\n  verbs:[get]\n  users: [a]\n", 5, "write `verbs: [get]`"),
        ("- level: None\n\tverbs: [get]\n", 5, "indent with spaces"),
        ("- level: None\n  verbs: [get\n- level: None\n", 5, "ends with `]`"),
        ("- level: None\n  users: *\n", 5, "quotes"),
        ("– level: None\n", 4, "write `- level: …`"),
        ("- level: None\n    verbs: [get]\n", 5, "`lint --fix`"),
        ("- level: None\n  users: [\"a]\n", 5, "not closed"),
    ] {
        let (at, help) = help(&format!("{HEAD}rules:\n{rules}"));
        assert!(help.contains(words), "{help}\n{rules}");
        assert!(at == line, "line {at}: {help}\n{rules}");
    }
}

#[test]
fn values_of_the_wrong_type_are_said_with_what_to_write() {
    for (rule, words) in [
        ("verbs: get", "write `verbs: [get]`"),
        ("verbs: get, list", "write `verbs: [get, list]`"),
        ("users: \"system:kube-proxy\"", "write `users: [\"system:kube-proxy\"]`"),
        ("namespaces: {a: b}", "`namespaces` is a list"),
        ("omitStages: RequestReceived", "write `omitStages: [RequestReceived]`"),
        ("resources: [pods, secrets]", "write `- group: \"\"`"),
        ("resources: pods", "below it `resources: [pods]`"),
        ("resources: {group: apps}", "write `- ` before `group`"),
        ("resources: [{group: [apps]}]", "names one group"),
        ("users: [1]", "write `\"1\"`"),
        ("verbs: [yes]", "write `\"yes\"`"),
        ("omitManagedFields: \"true\"", "without quotes"),
    ] {
        let (_, help) = help(&format!("{HEAD}rules:\n- level: Metadata\n  {rule}\n"));
        assert!(help.contains(words), "{rule}: {help}");
    }
    let rules = help(&format!("{HEAD}rules:\n  level: Metadata\n")).1;
    assert_eq!(rules, "`rules` is a list: begin each rule with `- `");
    let level = help(&format!("{HEAD}rules:\n- Metadata\n")).1;
    assert!(level.contains("write `- level: Metadata`"), "{level}");
    let list = help(&format!("{HEAD}rules:\n- level: [Metadata]\n")).1;
    assert!(list.contains("write `level: Metadata`"), "{list}");
}

#[test]
fn values_that_are_not_allowed_are_said_with_what_is_meant() {
    for (rule, words) in [
        ("level: metadata", "write `level: Metadata`"),
        ("level: REQUEST_RESPONSE", "write `level: RequestResponse`"),
        ("level: “Metadata”", "write `level: Metadata`"),
        ("verbs: [get]", "add `level: Metadata`"),
        ("level: None\n  omitStages: [requestReceived]", "write `RequestReceived`"),
        ("level: None\n  resources: [{group: apps/v1}]", "write `group: apps`"),
        ("level: None\n  resources: [{group: Apps}]", "write `group: apps`"),
        ("level: None\n  nonResourceURLs: [healthz*]", "write `/healthz*`"),
        ("level: None\n  nonResourceURLs: ['/a*b']", "last character"),
        ("level: None\n  nonResourceURLs: [/a]\n  namespaces: [b]", "two rules"),
        ("level: None\n  resources: [{resourceNames: [a]}]", "`resources` beside it"),
    ] {
        let (_, help) = help(&format!("{HEAD}rules:\n- {rule}\n"));
        assert!(help.contains(words), "{rule}: {help}");
    }
}

#[test]
fn a_text_that_is_no_policy_is_said_to_be_what_it_is() {
    for (text, words) in [
        ("kind: Policy\nrules:\n- level: None\n", "add `apiVersion: audit.k8s.io/v1` as the first"),
        ("apiversion: audit.k8s.io/v1\nrules: []\n", "write"),
        ("apiVersion: audit.k8s.io/v2\nkind: Policy\n", "write `apiVersion: audit.k8s.io/v1`"),
        ("apiVersion: v1\nkind: Policy\n", "write `apiVersion: audit.k8s.io/v1`"),
        ("apiVersion: audit.k8s.io/v1\nkind: AuditPolicy\n", "write `kind: Policy`"),
        ("apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n", "this is a ConfigMap"),
        (
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{command: [--audit-policy-file=/p]}]}\n",
            "`/p`",
        ),
        ("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\n", "not an audit policy"),
        ("apiVersion: audit.k8s.io/v1\nkind: Event\n", "explain --event"),
        ("- level: Metadata\n", "the text is a list"),
        ("", "no content"),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy\n", "at least one rule"),
        ("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n", "at least one rule"),
    ] {
        let (_, help) = help(text);
        assert!(help.contains(words), "{text}\n{help}");
    }
}
