//! The way back without a journal.

use std::fs;

use kubectl_audit::manifest::{Manifest, StripPart, check, strip, strip_lines};

use crate::manifest::data;

/// Returns whether enabling finds every list and mapping that it adds to.
pub(crate) fn nothing_has_to_be_made(manifest: &Manifest) -> bool {
    let text = manifest.text();
    let value = goyaml::decode(text).unwrap();
    let container = manifest.container_name();
    let containers = value["spec"]["containers"].as_array().unwrap();
    let own = containers.iter().find(|it| it["name"] == container).unwrap();
    !own["volumeMounts"].is_null()
        && !value["spec"]["volumes"].is_null()
        && !value["metadata"]["annotations"].is_null()
}

fn own(name: &str) -> Vec<u8> {
    fs::read(data().join(name)).unwrap()
}

fn stripped(name: &str, what: StripPart) -> String {
    let manifest = Manifest::parse_for_rescue(&own(name)).unwrap();
    strip(&manifest, what).unwrap().text().to_owned()
}

#[test]
fn only_what_served_auditing_goes() {
    let text = stripped("kubeadm-extra-volumes.yaml", StripPart::All);
    assert!(!text.contains("audit"), "{text}");
    assert!(text.contains("k8s-certs"), "{text}");
    let text = stripped("seed-sealos.yaml", StripPart::All);
    assert!(text.contains("mountPath: /etc/kubernetes\n"), "a shared mount survives:\n{text}");
    assert!(!text.contains("/var/log"), "{text}");
}

#[test]
fn a_part_can_be_stripped_and_keeps_what_the_rest_needs() {
    let text = stripped("webhook.yaml", StripPart::Webhook);
    assert!(!text.contains("webhook"), "{text}");
    assert!(
        text.contains("--audit-policy-file") && text.contains("mountPath: /etc/kubernetes/audit")
    );
    assert!(text.contains("policy-sha256"));
    let text = stripped("webhook.yaml", StripPart::Policy);
    assert!(!text.contains("policy"), "{text}");
    assert!(text.contains("webhook-config-file") && text.contains("name: audit"));
    let text = stripped("kubeadm-extra-volumes.yaml", StripPart::Log);
    assert!(!text.contains("audit-log") && text.contains("audit-policy"), "{text}");
}

#[test]
fn a_pod_that_the_kubelet_refuses_is_stripped_back_to_one_it_runs() {
    for name in [
        "refused-unnamed-volume.yaml",
        "refused-en-dash.yaml",
        "refused-one-hyphen.yaml",
        "refused-smart-quotes.yaml",
        "refused-blank.yaml",
        "refused-comment-in-quotes.yaml",
        "refused-no-value.yaml",
        "refused-inner-quotes.yaml",
    ] {
        let text = stripped(name, StripPart::All);
        assert!(!text.contains("audit"), "{name}:\n{text}");
        assert_eq!(check(&text), Ok(()), "{name}");
    }
}

#[test]
fn flags_glued_to_another_line_go_line_by_line() {
    for name in ["refused-no-bullet.yaml", "refused-no-bullet-comments.yaml", "refused-colon.yaml"]
    {
        let text = String::from_utf8(own(name)).unwrap();
        let (text, removed) = strip_lines(&text, StripPart::All);
        assert!(!text.contains("audit") && !removed.is_empty(), "{name}:\n{text}");
        assert_eq!(check(&text), Ok(()), "{name}:\n{text}");
    }
}

#[test]
fn line_by_line_removes_what_the_tree_does() {
    for name in [
        "kubeadm-extra-volumes.yaml",
        "seed-sealos.yaml",
        "webhook.yaml",
        "underscores.yaml",
        "duplicate-flags.yaml",
        "quotes.yaml",
        "split-flags.yaml",
        "refused-unnamed-volume.yaml",
        "kubeadm-1.31.yaml",
        "comments-everywhere.yaml",
        "literal-at-the-end.yaml",
        "multi-document-other.yaml",
    ] {
        let text = String::from_utf8(own(name)).unwrap();
        let (text, _) = strip_lines(&text, StripPart::All);
        assert_eq!(text, stripped(name, StripPart::All), "{name}");
    }
}

#[test]
fn line_by_line_survives_what_is_broken_around() {
    let text = String::from_utf8(own("kubeadm-extra-volumes.yaml")).unwrap();
    let broken = text.replace("    image:", "   image: [").replace("  volumes:", "\tvolumes:");
    let (left, removed) = strip_lines(&broken, StripPart::All);
    assert!(!left.contains("audit"), "{left}");
    assert_eq!(removed.len(), 3 + 5 + 8);
    assert_eq!(removed[0].number, 10);
    assert_eq!(removed[0].text, "    - --audit-log-maxage=10");
    let (left, removed) = strip_lines("no manifest\n- --audit", StripPart::All);
    assert_eq!((left.as_str(), removed.len()), ("no manifest\n- --audit", 0));
}

#[test]
fn a_volume_stays_whose_mount_shares_a_line_with_others() {
    let text = "spec:\n  containers:\n  - name: kube-apiserver\n    command:\n    - kube-apiserver\n    \
                - --audit-log-path=/logs/a.log\n    volumeMounts: [{name: a, mountPath: /logs}, {name: b, \
                mountPath: /b}]\n  volumes:\n  - name: a\n    hostPath: {path: /logs}\n";
    let (left, removed) = strip_lines(text, StripPart::All);
    assert_eq!(removed.len(), 1, "{left}");
    assert!(left.contains("- name: a\n    hostPath"), "{left}");
}
