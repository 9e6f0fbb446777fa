//! Tests of `can_i`.

use super::*;

fn of(verb: &str, target: &str, subresource: &str, scope: NamespaceChoice<'_>) -> (String, usize) {
    let asked = ask(CanI { verb, target, subresource, scope, ..CanI::default() }).unwrap();
    let text = match asked.request.resource {
        Some(of) => format!(
            "{} {}/{}/{} {} in {}",
            asked.request.verb, of.group, of.resource, of.subresource, of.name, of.namespace
        ),
        None => format!("{} {}", asked.request.verb, asked.request.path),
    };
    (text, asked.notes.len())
}

#[test]
fn words_become_what_their_url_would_say() {
    let unsaid = NamespaceChoice::Unsaid;
    let prod = NamespaceChoice::Namespace("prod");
    for (verb, target, sub, scope, wanted, notes) in [
        ("delete", "po/web-0", "", prod, "delete /pods/ web-0 in prod", 0),
        ("get", "deploy.apps", "scale", NamespaceChoice::All, "get apps/deployments/scale  in ", 0),
        ("list", "events.events.k8s.io", "", unsaid, "list events.k8s.io/events/  in default", 1),
        ("create", "pods/web-0", "", prod, "create /pods/  in prod", 1),
        ("create", "pods/web-0", "exec", prod, "create /pods/exec web-0 in prod", 0),
        ("get", "pods/log", "", prod, "get /pods/log  in prod", 1),
        ("get", "pods/web-0/log", "", prod, "get /pods/log web-0 in prod", 0),
        ("patch", "foos.x.org/scale", "", prod, "patch x.org/foos/scale  in prod", 2),
        ("get", "pods/odd", "log", prod, "get /pods/log odd in prod", 0),
        ("watch", "pods/web-0", "", prod, "watch /pods/ web-0 in prod", 1),
        ("get", "no/n1", "", prod, "get /nodes/ n1 in ", 1),
        ("get", "ns/x", "", unsaid, "get /namespaces/ x in x", 0),
        ("create", "ns/x", "", unsaid, "create /namespaces/  in ", 1),
        ("get", "foos.example.com/a", "", prod, "get example.com/foos/ a in prod", 1),
        ("lost", "pods", "", prod, "lost /pods/  in prod", 1),
        ("get", "/healthz", "", unsaid, "get /healthz", 0),
        ("list", "/healthz", "", unsaid, "list /healthz", 1),
        ("get", "/api/v1/namespaces/a/pods", "", unsaid, "list /pods/  in a", 1),
    ] {
        assert_eq!(of(verb, target, sub, scope), (wanted.to_owned(), notes), "{verb} {target}");
    }
    for target in ["pods/a/log/x", "/x y\n", "", "/"] {
        let asked = ask(CanI { verb: "get", target, ..CanI::default() });
        assert_eq!(asked.is_err(), target != "/", "{target}");
    }
}

#[test]
fn a_user_gets_the_groups_that_every_such_user_has() {
    let groups = |name: &str, groups: &[&str]| {
        let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
        user(name, &groups).groups.join(" ")
    };
    assert_eq!(groups("alice", &["ops"]), "ops system:authenticated");
    assert_eq!(groups("alice", &["system:authenticated"]), "system:authenticated");
    assert_eq!(groups("system:anonymous", &[]), "system:unauthenticated");
    assert_eq!(
        groups("system:serviceaccount:prod:web", &[]),
        "system:serviceaccounts system:serviceaccounts:prod system:authenticated"
    );
}
