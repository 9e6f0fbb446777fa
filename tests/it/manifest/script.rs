//! API servers that a shell starts: what is plain to see, and taken out where that is certain.

use kubectl_audit::manifest::{Manifest, StripPart, check, strip_script};

/// A manifest whose container runs `script`, already written as YAML.
fn manifest(run: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n  namespace: kube-system\n\
         spec:\n  containers:\n  - name: kube-apiserver\n    image: x:v1.31.2\n{run}    \
         volumeMounts:\n    - name: certs\n      mountPath: /srv/kubernetes\n      readOnly: true\n    \
         - {{name: audit, mountPath: /etc/audit}}\n  volumes:\n  - name: certs\n    hostPath: {{path: \
         /srv/kubernetes}}\n  - name: audit\n    hostPath: {{path: /etc/audit}}\n"
    )
}

/// A manifest with the script as one plain item after `sh -c`.
fn one_line(script: &str) -> String {
    manifest(&format!("    command:\n    - /bin/sh\n    - -c\n    - {script}\n"))
}

fn seen(text: &str, flag: &str) -> Option<String> {
    Manifest::parse_as_run(text.as_bytes()).unwrap().flag(flag).map(str::to_owned)
}

/// The manifest without auditing; it is run by the kubelet, and is what someone would write.
fn stripped(text: &str) -> String {
    let after = strip_script(text, StripPart::All).unwrap().unwrap();
    assert_eq!(check(&after), Ok(()));
    after
}

#[test]
fn the_flags_of_a_script_are_seen_in_every_shell_and_quoting() {
    for (run, value) in [
        ("    command: [sh, -c, 'exec kube-apiserver --a --audit-log-path=/x 2>&1']\n", "/x"),
        (
            "    command: [/bin/bash, -ec]\n    args: [\"kube-apiserver --audit-log-path '/x'\"]\n",
            "/x",
        ),
        (
            "    command: [dash, -e, -c, \"A=1; exec kube-apiserver --audit_log_path=$X/y\"]\n",
            "$X/y",
        ),
        (
            "    args:\n    - sh\n    - -c\n    - |\n      ulimit -n 9\n      exec /bin/kube-apiserver \\\n        --audit-log-path=- \\\n        --v=2\n",
            "-",
        ),
        (
            "    command: [sh, -c, 'FLAGS=\"--v=2 --audit-log-path=/x\"; exec kube-apiserver $FLAGS']\n",
            "/x",
        ),
        ("    command: [sh, -c, 'exec kube-apiserver \"$@\"', kas, --audit-log-path=/x]\n", "/x"),
    ] {
        assert_eq!(seen(&manifest(run), "audit-log-path").as_deref(), Some(value), "{run}");
        assert!(Manifest::parse(manifest(run).as_bytes()).is_err(), "{run}");
    }
}

#[test]
fn a_flag_in_a_comment_or_behind_the_servers_command_is_not_the_servers() {
    for script in [
        "kube-apiserver --v=2 # --audit-log-path=/x",
        "kube-apiserver --v=2; x --audit-log-path=/x",
    ] {
        assert_eq!(seen(&one_line(&format!("'{script}'")), "audit-log-path"), None, "{script}");
    }
}

#[test]
fn a_script_on_one_line_loses_its_audit_flags_and_what_served_them() {
    let text = one_line(
        "/bin/kube-apiserver --a=b --audit-log-path=- --audit-policy-file=/etc/audit/p.yaml --c 2>&1\n      \
         | /bin/tee -a /var/log/kas.log",
    );
    let after = stripped(&text);
    assert!(
        after.contains("    - /bin/kube-apiserver --a=b --c 2>&1\n      | /bin/tee"),
        "{after}"
    );
    assert!(!after.contains("audit"), "{after}");
    assert!(after.contains("mountPath: /srv/kubernetes"), "{after}");
    assert_eq!(stripped(&after), after);
}

#[test]
fn every_quoting_of_a_script_is_stripped_where_it_is_written() {
    for (run, rest) in [
        (
            "    command: [sh, -c, 'exec kube-apiserver --audit-log-path=\"/x y\" --v=2']\n",
            "'exec kube-apiserver --v=2'",
        ),
        (
            "    command: [sh, -c, \"exec kube-apiserver --v=2 --audit-log-path=\\\"$X/y\\\"\"]\n",
            "\"exec kube-apiserver --v=2\"",
        ),
        (
            "    command: [bash, -ec]\n    args: ['kube-apiserver --audit-log-path /x --v=2']\n",
            "'kube-apiserver --v=2'",
        ),
        (
            "    command: [sh, -c, 'exec kube-apiserver --v=2 --audit-log-path=''/x''']\n",
            "'exec kube-apiserver --v=2'",
        ),
    ] {
        let after = stripped(&manifest(run));
        assert!(after.contains(rest), "{after}");
    }
}

#[test]
fn a_script_of_several_lines_keeps_its_lines_and_never_joins_two_commands() {
    let script = |flags: &str| {
        manifest(&format!(
            "    command:\n    - sh\n    - -c\n    - |\n      set -e\n      kube-apiserver \\\n        --v=2 \
             \\\n{flags}      echo ended\n"
        ))
    };
    let middle = stripped(&script("        --audit-log-path=/x \\\n        --w=3\n"));
    assert!(middle.contains("--v=2 \\\n        --w=3\n      echo ended"), "{middle}");
    let last = stripped(&script("        --w=3 \\\n        --audit-log-path=/x\n"));
    assert!(last.contains("--w=3 \\\n\n      echo ended"), "{last}");
    // Only the policy was asked for.
    let text = script("        --audit-policy-file=/p \\\n        --audit-log-path=/x\n");
    let after = strip_script(&text, StripPart::Policy).unwrap().unwrap();
    assert!(after.contains("--v=2 \\\n        --audit-log-path=/x\n"), "{after}");
}

#[test]
fn what_cannot_be_taken_out_with_certainty_is_named_with_its_line() {
    for run in [
        "    command:\n    - sh\n    - -c\n    - |\n      FLAGS=\"--v=2 --audit-log-path=/x\"\n      exec kube-apiserver $FLAGS\n",
        "    command: [sh, -c, \"kube-apiserver --v=2 \\\n      --w=3 --audit-log-path=/\\x78\"]\n",
        "    command:\n    - sh\n    - -c\n    - |\n      case $X in\n      a) kube-apiserver --audit-log-path=/x;;\n      b) kube-apiserver --audit-log-path=/y --v=2;;\n      esac\n",
    ] {
        let lines = strip_script(&manifest(run), StripPart::All).unwrap().unwrap_err();
        assert!(!lines.is_empty(), "{run}");
        for line in lines {
            let text = manifest(run);
            let written = text.lines().nth(line.number - 1).unwrap();
            assert!(written.contains(&line.text), "{run}");
        }
    }
    assert!(strip_script("kind: Pod\n", StripPart::All).is_none());
    assert!(strip_script(&manifest("    command: [kube-apiserver]\n"), StripPart::All).is_none());
}

#[test]
fn a_list_beside_the_script_is_stripped_too() {
    let text = manifest(
        "    command:\n    - sh\n    - -c\n    - exec kube-apiserver \"$@\"\n    - kas\n    - --v=2\n    - \
         --audit-log-path=/etc/audit/l\n",
    );
    let after = stripped(&text);
    assert!(after.contains("- --v=2\n    volumeMounts") && !after.contains("audit"), "{after}");
}

#[test]
fn a_manifest_that_the_kubelet_takes_is_read_although_it_is_not_edited() {
    let text = one_line("x")
        .replace("    - /bin/sh\n    - -c\n    - x\n", "    - kube-apiserver\n    - --v=2\n");
    for (from, to) in [
        ("  name: kube-apiserver\n  namespace", "  name: a\n  name: kube-apiserver\n  namespace"),
        ("    - --v=2\n", "    - &v --v=2\n"),
        ("kind: Pod\n", "kind: Pod\nx: &x {a: b}\ny: {<<: *x}\n"),
    ] {
        let odd = text.replacen(from, to, 1);
        assert!(Manifest::parse_for_rescue(odd.as_bytes()).is_err(), "{odd}");
        let read = Manifest::parse_as_run(odd.as_bytes()).unwrap();
        assert_eq!((read.flag("v"), read.pod_name()), (Some("2"), "kube-apiserver"));
        assert_eq!(read.mounts().len(), 2);
    }
}
