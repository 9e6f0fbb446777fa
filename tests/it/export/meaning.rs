//! Every file reads as what was meant, whichever policy it carries.

use audit_policy::analysis::{Bound, ClusterFacts, DecisionEquality, Difference, difference};
use audit_policy::api::{Policy, Version};
use audit_policy::policy::judge;
use audit_policy::wrapped;
use kubectl_audit::export::{self, Choices, Export, FilePlace, LogSetting, PolicyPart, Write};
use serde_json::Value;

use super::{POLICY, distributions, setup, target, templates, write};

/// Every document of every file in YAML.
fn documents(export: &Export) -> Vec<Value> {
    let files = export
        .files
        .iter()
        .filter(|file| file.name.ends_with("yaml") || file.name.ends_with("yml"));
    files
        .flat_map(|file| {
            let documents = goyaml::parse(&file.text);
            let documents =
                documents.unwrap_or_else(|error| panic!("{}: {error}\n{}", file.name, file.text));
            documents.iter().map(|document| goyaml::value_of(document).unwrap()).collect::<Vec<_>>()
        })
        .collect()
}

/// The policy that an export carries: a file of its own, or one inside another file.
fn carried(export: &Export) -> Policy {
    let texts = export.files.iter().map(|file| file.text.as_str());
    let own = texts.clone().find(|text| judge(text.as_bytes(), Version::NEWEST).is_accepted());
    let text = own.map(str::to_owned).or_else(|| {
        let mut inside = texts.clone().flat_map(wrapped::find).map(|wrapped| wrapped.text);
        inside.next().or_else(|| rules(export))
    });
    let text = text.unwrap_or_else(|| panic!("no policy in {export:#?}"));
    judge(text.as_bytes(), Version::NEWEST).outcome.unwrap().policy().clone()
}

/// kubespray has rules alone, which Jinja reads before they are a policy.
fn rules(export: &Export) -> Option<String> {
    let rules = documents(export)[0]["audit_policy_custom_rules"].as_str()?.to_owned();
    let rules = rules.replace("{% raw %}\n", "").replace("{% endraw %}\n", "");
    Some(format!("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n{rules}"))
}

fn is_same(one: &Policy, other: &Policy) -> bool {
    let world = ClusterFacts::of_every_cluster();
    let bound = Bound::default();
    difference([one, other], Version::NEWEST, world, DecisionEquality::Decision, bound)
        == Difference::Equal
}

#[test]
fn every_distribution_gets_a_policy_that_decides_as_the_one_that_was_given() {
    for (name, text) in templates().chain([("our own", POLICY)]) {
        let setup = setup(text, &[]);
        for (target, form) in distributions() {
            let export = write(target, form, &setup);
            assert!(!documents(&export).is_empty());
            let policy = carried(&export);
            match target.holds.policy {
                PolicyPart::Whole => {
                    assert_eq!(&policy, setup.policy.policy(), "{} {name}", target.name);
                }
                PolicyPart::Rules => {
                    assert!(is_same(&policy, setup.policy.policy()), "{} {name}", target.name);
                }
                PolicyPart::Profile | PolicyPart::Nothing => {}
            }
        }
    }
}

/// Every mapping of flags, and every list of names and values, wherever it is.
fn flag_values<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match (key.as_str(), value) {
                    (
                        "extraArgs"
                        | "extraKubeAPIServerArgs"
                        | "kube_kubeadm_apiserver_extra_args",
                        Value::Object(flags),
                    ) => {
                        found.extend(flags.values());
                    }
                    ("extraArgs", Value::Array(flags)) => {
                        found.extend(flags.iter().map(|flag| &flag["value"]));
                    }
                    _ => flag_values(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| flag_values(item, found)),
        _ => {}
    }
}

#[test]
fn the_value_of_a_flag_is_a_text_also_where_it_looks_like_a_number() {
    let setup =
        setup(POLICY, &[("audit-log-compress", "true"), ("audit-log-batch-max-size", "10")]);
    let mut seen = 0;
    for (target, form) in distributions() {
        for document in documents(&write(target, form, &setup)) {
            let mut values = vec![];
            flag_values(&document, &mut values);
            seen += values.len();
            assert!(values.iter().all(|value| value.is_string()), "{} {values:?}", target.name);
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn a_large_policy_is_in_a_secret_for_cluster_api_and_a_small_one_is_not() {
    for (text, is_large) in templates().map(|(_, text)| (text, text.len() > 10_240)) {
        let export = write(target("cluster-api"), None, &setup(text, &[]));
        let documents = documents(&export);
        let is_secret = documents.iter().any(|document| document["kind"] == "Secret");
        assert_eq!(is_secret, is_large);
        let files = documents.last().unwrap().pointer("/spec/kubeadmConfigSpec/files/0").unwrap();
        assert_eq!(files.get("content").is_some(), !is_large);
        assert_eq!(files.get("contentFrom").is_some(), is_large);
    }
    assert!(templates().any(|(_, text)| text.len() > 10_240), "no template is large");
}

#[test]
fn a_file_that_is_elsewhere_on_the_node_than_in_the_container_is_mounted_so() {
    let mut setup = setup(POLICY, &[]);
    let place = |node: &str, container: &str| FilePlace {
        node: node.to_owned(),
        container: container.to_owned(),
    };
    setup.policy_place = Some(place("/srv/policy.yaml", "/etc/p.yaml"));
    setup.log = LogSetting::File(place("/srv/log/audit.log", "/var/log/a/audit.log"));
    for name in ["kubeadm", "sealos", "cluster-api"] {
        let documents = documents(&write(target(name), None, &setup));
        let server = documents.iter().find_map(|it| {
            it.get("apiServer")
                .or_else(|| it.pointer("/spec/kubeadmConfigSpec/clusterConfiguration/apiServer"))
        });
        let volumes = server.unwrap()["extraVolumes"].as_array().unwrap();
        let paths: Vec<_> = volumes
            .iter()
            .map(|it| (it["hostPath"].as_str().unwrap(), it["mountPath"].as_str().unwrap()))
            .collect();
        assert_eq!(
            paths,
            [("/srv/policy.yaml", "/etc/p.yaml"), ("/srv/log", "/var/log/a")],
            "{name}"
        );
    }
}

#[test]
fn every_collector_reads_the_file_that_is_written_and_makes_the_same_fields() {
    let fields = [
        "kind",
        "level",
        "stage",
        "verb",
        "auditID",
        "username",
        "responseCode",
        "status",
        "sourceIP_0",
        "namespace",
        "node",
        "name",
    ];
    let log = LogSetting::File(FilePlace {
        node: "/srv/log/a.log".to_owned(),
        container: "/x/a.log".to_owned(),
    });
    for target in export::all() {
        let Write::Collection(write) = target.write else { continue };
        let text: String =
            write(&log, &Choices::default()).files.into_iter().map(|file| file.text).collect();
        assert!(text.contains("/srv/log/a.log"), "{}", target.name);
        // Those that keep the whole event name only what they add to it.
        let own = ["username", "responseCode", "status", "sourceIP_0", "namespace", "node", "name"];
        let keeps_all = ["fluent-bit", "vector", "filebeat"].contains(&target.name);
        for field in if keeps_all { &own[..] } else { &fields[..] } {
            assert!(text.contains(field), "{}: {field}", target.name);
        }
        let output: String = write(&LogSetting::Output, &Choices::default())
            .files
            .into_iter()
            .map(|file| file.text)
            .collect();
        let reads_pods = output.contains("/var/log/pods/kube-system_kube-apiserver-*")
            || output.contains("kubernetes_logs");
        assert!(reads_pods && !output.contains("/srv/log"), "{}", target.name);
    }
}
