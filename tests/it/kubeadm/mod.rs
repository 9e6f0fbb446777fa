//! `ClusterConfiguration`, edited: nothing but the audit settings changes, and they come and go.

mod persist;

use kubectl_audit::kubeadm::{AuditArgs, ClusterConfiguration, ExtraVolume, KubeadmError};

/// As kubeadm 1.37 uploads it, and as people edit it.
const CONFIG: &str = "apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
networking:
  dnsDomain: cluster.local
  serviceSubnet: 10.96.0.0/12
";

fn volume(name: &str, path: &str, is_file: bool) -> ExtraVolume {
    ExtraVolume {
        name: name.to_owned(),
        host_path: path.to_owned(),
        mount_path: path.to_owned(),
        read_only: is_file,
        path_type: Some(if is_file { "File" } else { "DirectoryOrCreate" }.to_owned()),
    }
}

fn wanted() -> AuditArgs {
    let flags = [
        ("audit-policy-file", "/etc/kubernetes/audit/policy.yaml"),
        ("audit-log-path", "/var/log/kubernetes/audit/audit.log"),
        ("audit-log-maxage", "30"),
    ];
    AuditArgs {
        flags: flags.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        volumes: vec![
            volume("audit-policy", "/etc/kubernetes/audit/policy.yaml", true),
            volume("audit-log", "/var/log/kubernetes/audit", false),
        ],
    }
}

fn edited(text: &str, wanted: &AuditArgs) -> String {
    let after = ClusterConfiguration::parse(text).unwrap().with(wanted).unwrap();
    let again = ClusterConfiguration::parse(&after).unwrap();
    assert_eq!(again.with(wanted).unwrap(), after, "a second edit changes nothing");
    let sorted = |args: &AuditArgs| {
        let mut flags = args.flags.clone();
        flags.sort();
        (flags, args.volumes.clone())
    };
    assert_eq!(sorted(&again.audit_args()), sorted(wanted), "{after}");
    after
}

#[test]
fn the_settings_come_where_nothing_was_and_every_other_line_stays() {
    let block = "apiServer:
  extraArgs:
  - name: audit-policy-file
    value: /etc/kubernetes/audit/policy.yaml
  - name: audit-log-path
    value: /var/log/kubernetes/audit/audit.log
  - name: audit-log-maxage
    value: \"30\"
  extraVolumes:
  - name: audit-policy
    hostPath: /etc/kubernetes/audit/policy.yaml
    mountPath: /etc/kubernetes/audit/policy.yaml
    readOnly: true
    pathType: File
  - name: audit-log
    hostPath: /var/log/kubernetes/audit
    mountPath: /var/log/kubernetes/audit
    pathType: DirectoryOrCreate
";
    let rest = CONFIG.strip_prefix("apiServer: {}\n").unwrap();
    assert_eq!(edited(CONFIG, &wanted()), format!("{block}{rest}"));
    assert_eq!(edited(&format!("apiServer:\n{rest}"), &wanted()), format!("{block}{rest}"));
    assert_eq!(edited(rest, &wanted()), format!("{rest}{block}"));
}

#[test]
fn what_others_set_stays_in_both_forms() {
    let list = CONFIG.replace(
        "apiServer: {}\n",
        "apiServer:\n  # ours\n  extraArgs:\n    - name: anonymous-auth # no\n      value: \"false\"\n    - {name: \
         audit-log-maxage, value: '7'}\n  timeoutForControlPlane: 4m0s\n",
    );
    let after = edited(&list, &wanted());
    assert!(
        after.contains(
            "  # ours\n  extraArgs:\n    - name: anonymous-auth # no\n      value: \"false\"\n"
        ),
        "{after}"
    );
    assert!(after.contains("    - {name: audit-log-maxage, value: '30'}\n"), "{after}");
    assert!(after.contains("timeoutForControlPlane: 4m0s\n"));
    let map = CONFIG.replace("v1beta4", "v1beta3").replace(
        "apiServer: {}\n",
        "apiServer:\n  extraArgs:\n    anonymous-auth: \"false\" # no\n    audit-log-maxage: \"7\"\n",
    );
    let after = edited(&map, &wanted());
    assert!(
        after.contains("    anonymous-auth: \"false\" # no\n    audit-log-maxage: \"30\"\n"),
        "{after}"
    );
    assert!(
        after.contains("    audit-policy-file: \"/etc/kubernetes/audit/policy.yaml\"\n"),
        "{after}"
    );
}

#[test]
fn without_settings_nothing_of_auditing_is_left_and_nothing_else_goes() {
    let none = AuditArgs::default();
    let empty = CONFIG.replace("apiServer: {}\n", "");
    for text in [
        CONFIG.to_owned(),
        empty,
        CONFIG.replace("v1beta4", "v1beta3"),
        CONFIG.replace("v1beta4", "v1"),
    ] {
        let after = edited(&edited(&text, &wanted()), &none);
        let value = |text: &str| {
            let mut value = goyaml::decode(text).unwrap();
            value.as_object_mut().unwrap().remove("apiServer");
            value
        };
        assert_eq!(value(&after), value(&text));
        assert!(!after.contains("audit"), "{after}");
    }
    let others = CONFIG.replace(
        "apiServer: {}\n",
        "apiServer:\n  extraArgs:\n  - name: anonymous-auth\n    value: \"false\"\n  extraVolumes:\n  - name: extra\n    \
         hostPath: /srv\n    mountPath: /srv\n",
    );
    assert_eq!(edited(&edited(&others, &wanted()), &none), others);
}

#[test]
fn a_volume_that_shows_the_path_already_is_enough() {
    let broad = CONFIG.replace(
        "apiServer: {}\n",
        "apiServer:\n  extraVolumes:\n  - name: etc\n    hostPath: /etc/kubernetes\n    mountPath: /etc/kubernetes\n",
    );
    let after = ClusterConfiguration::parse(&broad).unwrap().with(&wanted()).unwrap();
    assert!(!after.contains("name: audit-policy\n"), "{after}");
    assert!(after.contains("name: audit-log\n"));
}

#[test]
fn what_is_no_configuration_of_a_known_version_is_refused() {
    let parse = |text: &str| ClusterConfiguration::parse(text).unwrap_err();
    assert_eq!(parse("kind: ClusterConfiguration\n"), KubeadmError::OtherKind);
    assert_eq!(parse(""), KubeadmError::OtherKind);
    assert_eq!(
        parse(&CONFIG.replace("v1beta4", "v1beta2")),
        KubeadmError::Version("v1beta2".to_owned())
    );
    assert!(matches!(parse("a: ["), KubeadmError::Syntax(_)));
    let anchored = CONFIG.replace("apiServer: {}\n", "apiServer: &a\n  extraArgs: *b\n");
    assert!(ClusterConfiguration::parse(&anchored).is_err());
}
