//! The documents that the project came from, rebuilt by one command each and compared field by field: what
//! differs is listed here with its reason.
//!
//! The documents lie outside of the repository; `KUBECTL_AUDIT_SEEDS` names their directory.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// The document whose name begins like this; `None` if there are no documents here.
fn document(name: &str) -> Option<String> {
    let Some(directory) = env::var_os("KUBECTL_AUDIT_SEEDS") else {
        println!("KUBECTL_AUDIT_SEEDS is not set: the documents are skipped");
        return None;
    };
    let entries = fs::read_dir(Path::new(&directory)).unwrap().map(|entry| entry.unwrap().path());
    let is_it = |path: &Path| path.file_name().unwrap().to_str().unwrap().starts_with(name);
    let path = entries.into_iter().find(|path| is_it(path)).unwrap();
    Some(fs::read_to_string(path).unwrap())
}

/// Every run of lines that begins so, without its indentation, up to a line that is no YAML of it.
fn blocks(text: &str, first: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = (0..lines.len()).filter(|at| lines[*at].trim_start().starts_with(first));
    let block = |start: usize| {
        let indent = lines[start].len() - lines[start].trim_start().len();
        let is_inside =
            |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() >= indent;
        let own = lines[start..].iter().take_while(is_inside);
        let own = own.map(|line| line.get(indent..).unwrap_or_default());
        let is_yaml = |line: &&str| {
            line.starts_with([' ', '#', '-'])
                || line.is_empty()
                || line.split_once(':').is_some_and(|(key, _)| !key.contains(' '))
        };
        own.take_while(is_yaml).collect::<Vec<_>>().join("\n") + "\n"
    };
    starts.map(block).collect()
}

/// The files and the steps of an export.
fn export(arguments: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let words = format!("export {arguments} -q -o json");
    let output =
        Command::new(env!("CARGO_BIN_EXE_kubectl-audit")).args(words.split(' ')).output().unwrap();
    assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let files = value["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (text(&file["name"]), text(&file["text"])))
        .collect();
    (files, value["steps"].as_array().unwrap().iter().map(text).collect())
}

fn documents(text: &str) -> Vec<Value> {
    goyaml::parse(text)
        .unwrap()
        .iter()
        .map(|document| goyaml::value_of(document).unwrap())
        .collect()
}

/// Every scalar of a value by its path.
fn fields(value: &Value) -> BTreeMap<String, Value> {
    fn walk(path: String, value: &Value, found: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, value)| walk(format!("{path}/{key}"), value, found));
            }
            Value::Array(items) => items
                .iter()
                .enumerate()
                .for_each(|(at, value)| walk(format!("{path}/{at}"), value, found)),
            scalar => drop(found.insert(path, scalar.clone())),
        }
    }
    let mut found = BTreeMap::new();
    walk(String::new(), value, &mut found);
    found
}

/// The paths of the document's fields that ours has otherwise or not at all.
fn differing(theirs: &Value, ours: &Value) -> Vec<String> {
    let ours = fields(ours);
    fields(theirs)
        .into_iter()
        .filter(|(path, value)| ours.get(path) != Some(value))
        .map(|(path, _)| path)
        .collect()
}

#[test]
fn deckhouse_gets_the_three_module_configs_and_the_secret_of_its_documentation() {
    let Some(text) = document("000") else { return };
    let printed = blocks(&text, "apiVersion: deckhouse.io/v1alpha1");
    assert_eq!(printed.len(), 3);
    let commands = [
        "deckhouse --template minimal",
        "deckhouse --template minimal --keep-basic",
        "deckhouse --template minimal --keep-basic --log-path=-",
    ];
    for (printed, command) in printed.iter().zip(commands) {
        let (files, _) = export(command);
        let ours = documents(&files["audit.yaml"]);
        // The version of the module's settings is 3 today.
        assert_eq!(differing(&documents(printed)[0], &ours[0]), ["/spec/version"], "{command}");
        let secret = documents(&blocks(&text, "apiVersion: v1")[0]);
        // The document has a placeholder there.
        assert_eq!(differing(&secret[0], &ours[1]), ["/data/audit-policy.yaml"]);
        let policy =
            goyaml::base64::decode(ours[1]["data"]["audit-policy.yaml"].as_str().unwrap()).unwrap();
        let policy = goyaml::decode(str::from_utf8(&policy).unwrap()).unwrap();
        let example = blocks(&text, "apiVersion: audit.k8s.io/v1");
        assert_eq!(policy["rules"], documents(&example[0])[0]["rules"]);
    }
}

#[test]
fn sealos_and_guance_get_the_flags_the_pod_and_the_pipeline_of_their_page() {
    let Some(text) = document("001") else { return };
    let printed: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- --audit-")?.split_once('='))
        .collect();
    assert_eq!(printed.len(), 6);
    let flags = "--policy-path /etc/kubernetes/audit-policy.yml --log-path /var/log/kubernetes/audit.log --log-maxage 7 --log-maxbackup \
                 10 --log-maxsize 100 --log-format json";
    let (files, _) = export(&format!("kubeadm --template sealos {flags}"));
    let config = &documents(&files["kubeadm-config.yaml"])[0];
    let args = config["apiServer"]["extraArgs"].as_array().unwrap().iter();
    let ours: BTreeMap<&str, &str> = args
        .map(|arg| {
            (
                arg["name"].as_str().unwrap().trim_start_matches("audit-"),
                arg["value"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(ours, printed);
    // The page mounts all of /etc/kubernetes read-write; ours is the policy alone, read-only.
    let volumes = config["apiServer"]["extraVolumes"].as_array().unwrap();
    assert_eq!(volumes[0]["hostPath"], "/etc/kubernetes/audit-policy.yml");
    assert_eq!(
        (&volumes[1]["hostPath"], &volumes[1]["pathType"]),
        (&"/var/log/kubernetes".into(), &"DirectoryOrCreate".into())
    );

    let (files, _) =
        export("datakit --log-path /var/log/kubernetes/audit.log --node-name k8s-master");
    let printed = blocks(&text, "apiVersion: v1\n".trim_end());
    let theirs = &documents(&printed[0])[0];
    let ours = &documents(&files["k8s-audit-log.yaml"])[0];
    assert_eq!(
        differing(theirs, ours),
        [
            // Compared below: its layout differs, and the service and the pipeline are named.
            "/metadata/annotations/datakit~1logs".replace("~1", "/"),
            // A loop that sleeps an hour, and a volume that is called after what it is.
            "/spec/containers/0/args/2".to_owned(),
            "/spec/containers/0/volumeMounts/0/name".to_owned(),
            "/spec/volumes/0/name".to_owned(),
        ]
    );
    assert_eq!(ours["spec"]["containers"][0]["volumeMounts"][0]["readOnly"], true);
    let logs = |pod: &Value| -> Value {
        serde_json::from_str(pod["metadata"]["annotations"]["datakit/logs"].as_str().unwrap())
            .unwrap()
    };
    assert_eq!(differing(&logs(theirs), &logs(ours)), [""; 0]);
    let keys = |text: &str| -> Vec<String> {
        let names = text.lines().filter_map(|line| {
            line.trim().strip_prefix("add_key(")?.split_once(',').map(|(name, _)| name.to_owned())
        });
        let names: std::collections::BTreeSet<String> = names.collect();
        names.into_iter().collect()
    };
    let mut wanted = keys(&text);
    assert_eq!(wanted.len(), 11);
    wanted.push("name".to_owned());
    wanted.sort();
    assert_eq!(keys(&files["k8s-audit.p"]), wanted);
}

#[test]
fn kops_gets_the_cluster_spec_of_the_tutorial() {
    let Some(text) = document("003") else { return };
    let theirs = &documents(&blocks(&text, "spec:\n".trim_end())[0])[0];
    let (files, _) = export(
        "kops --template gce --for 1.24 --policy-path /srv/kubernetes/audit.yaml --log-path /var/log/kube-apiserver-audit.log \
         --log-maxage 10 --log-maxbackup 1 --log-maxsize 100",
    );
    let ours = &documents(&files["kops-audit.yaml"])[0];
    // The document has a placeholder there.
    assert_eq!(differing(theirs, ours), ["/spec/fileAssets/0/content"]);
    let policy = ours["spec"]["fileAssets"][0]["content"].as_str().unwrap();
    assert!(
        audit_policy::policy::judge(policy.as_bytes(), audit_policy::api::Version::minor(24))
            .is_accepted()
    );
}

#[test]
fn minikube_gets_the_flags_and_the_mounts_of_the_exercise() {
    let Some(text) = document("004") else { return };
    let printed: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("--audit-")).collect();
    assert_eq!(
        printed,
        ["policy-file=/etc/kubernetes/audit/policy.yaml", "log-path=/var/log/audit/audit.log"]
    );
    let (files, steps) =
        export("minikube --form node --template cks --log-path /var/log/audit/audit.log");
    let enable = steps.iter().find(|step| step.contains(" enable ")).unwrap();
    assert!(
        enable.contains(
            "--policy /etc/kubernetes/audit/policy.yaml --log-path=/var/log/audit/audit.log"
        ),
        "{enable}"
    );
    assert!(
        steps
            .iter()
            .any(|step| step == "minikube cp audit-policy.yaml /etc/kubernetes/audit/policy.yaml")
    );
    // The exercise asks for bodies of ConfigMaps, and its policy has the rules in an order that records none.
    let policy = &documents(&files["audit-policy.yaml"])[0];
    assert_eq!(policy["rules"][0]["level"], "Request");
    let (files, _) = export("kubeadm --template cks --log-path /var/log/audit/audit.log");
    let volumes = documents(&files["kubeadm-config.yaml"])[0]["apiServer"]["extraVolumes"].clone();
    for path in ["/var/log/audit", "/etc/kubernetes/audit/policy.yaml"] {
        let volume =
            volumes.as_array().unwrap().iter().find(|volume| volume["hostPath"] == path).unwrap();
        let kind = volume["pathType"].as_str().unwrap();
        assert!(text.contains(&format!("path: {path}\n      type: {kind}\n")), "{path} {kind}");
        assert!(text.contains(&format!("- mountPath: {path}\n")));
    }
}
