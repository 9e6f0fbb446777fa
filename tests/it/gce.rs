//! What the Kubernetes project promises of its policy for Google Compute Engine, held against our
//! template: which level each of many requests gets.

use audit_policy::api::Level;
use audit_policy::api::Stage;
use audit_policy::api::Version;
use audit_policy::policy;
use audit_policy::policy::decide;
use audit_policy::request;
use audit_policy::request::Request;
use audit_policy::request::Resource;
use audit_policy::request::User;

/// Level, users, verbs, and targets as `resource[.group][/subresource][@namespace]` or a path; every
/// user asks with every verb for every target. Everything but None leaves out RequestReceived.
const PROMISES: [[&str; 4]; 23] = [
    ["None", "proxy", "watch", "endpoints@a endpoints@kube-system services@a services/status@a"],
    ["Request", "proxy", "watch", "nodes pods@a"],
    ["None", "unsecured", "get", "configmaps@kube-system"],
    ["Metadata", "unsecured", "get", "configmaps@a"],
    ["None", "kubelet node", "get", "nodes nodes/status"],
    ["Metadata", "kubelet node", "get", "configmaps@kube-system secrets@a"],
    ["RequestResponse", "kubelet node", "create", "deployments.apps@a pods@a"],
    ["None", "controllers scheduler endpoints", "get update", "endpoints@kube-system"],
    ["Request", "controllers scheduler endpoints", "get", "endpoints@a"],
    ["RequestResponse", "controllers scheduler endpoints", "update", "endpoints@a"],
    ["None", "apiserver", "get", "namespaces namespaces/status namespaces/finalize"],
    ["Metadata", "apiserver", "get create update", "configmaps@kube-system secrets@a"],
    ["None", "autoscaler", "get update", "configmaps@kube-system endpoints@kube-system"],
    ["Metadata", "autoscaler", "get update", "configmaps@a"],
    ["RequestResponse", "autoscaler", "update", "endpoints@a"],
    ["None", "controllers", "get list", "podmetrics.metrics.k8s.io@a nodemetrics.metrics.k8s.io"],
    [
        "None",
        "*",
        "get post",
        "/healthz /healthz/etcd /swagger-2.0.0.json /swagger-2.0.0.pb-v1.gz /version",
    ],
    ["Metadata", "*", "get post", "/logs /openapi/v2 /apis/policy /metrics /api"],
    ["None", "node apiserver default nobody", "get list create patch update delete", "events@a"],
    ["Request", "kubelet node detector detector-pod", "update patch", "nodes/status pods/status@a"],
    ["Request", "emptier", "deletecollection", "pods@a namespaces"],
    [
        "Metadata",
        "default nobody detector emptier",
        "get create update",
        "secrets@a configmaps@a configmaps@kube-system tokenreviews.authentication.k8s.io",
    ],
    [
        "Metadata",
        "default nobody detector emptier",
        "get list watch create update patch delete",
        "foos.example.com@a foos.example.com/baz@a",
    ],
];

/// Reads and changes of what the policy knows.
const KNOWN: &str = "endpoints@kube-system podmetrics.metrics.k8s.io@a pods@a \
                     clusterroles.rbac.authorization.k8s.io deployments.apps@a";
const READS: [&str; 4] = ["Request", "default nobody detector emptier", "get list watch", KNOWN];
const CHANGES: [&str; 4] =
    ["RequestResponse", "default nobody detector emptier", "create update patch delete", KNOWN];

/// Short names, names and groups.
const USERS: [[&str; 3]; 14] = [
    ["nobody", "system:anonymous", "system:unauthenticated"],
    ["proxy", "system:kube-proxy", "system:authenticated"],
    ["unsecured", "system:unsecured", "system:authenticated system:masters"],
    ["kubelet", "kubelet", "system:authenticated system:nodes"],
    ["node", "system:node:node-123", "system:authenticated system:nodes"],
    ["controllers", "system:kube-controller-manager", "system:authenticated"],
    ["scheduler", "system:kube-scheduler", "system:authenticated"],
    ["apiserver", "system:apiserver", "system:masters"],
    ["autoscaler", "cluster-autoscaler", "system:authenticated"],
    ["detector", "system:node-problem-detector", "system:authenticated"],
    ["detector-pod", "system:serviceaccount:kube-system:node-problem-detector", ""],
    ["emptier", "system:serviceaccount:kube-system:namespace-controller", ""],
    ["endpoints", "system:serviceaccount:kube-system:endpoint-controller", ""],
    ["default", "system:serviceaccount:default:default", ""],
];

fn users(short: &str) -> Vec<User<'static>> {
    let meant =
        USERS.iter().filter(|[name, ..]| short == "*" || short.split(' ').any(|it| it == *name));
    let user = |[_, name, groups]: &[&'static str; 3]| match *groups {
        "" => request::user(name, &[]),
        groups => {
            User { name: (*name).into(), groups: groups.split(' ').map(Into::into).collect() }
        }
    };
    meant.map(user).collect()
}

fn request(user: &User<'static>, verb: &'static str, target: &'static str) -> Request<'static> {
    let (user, verb) = (Some(user.clone()), verb.into());
    if target.starts_with('/') {
        return Request { user, verb, path: target.into(), resource: None };
    }
    let (target, namespace) = target.split_once('@').unwrap_or((target, ""));
    let (target, subresource) = target.split_once('/').unwrap_or((target, ""));
    let (resource, group) = target.split_once('.').unwrap_or((target, ""));
    let resource = Resource {
        group: group.into(),
        resource: resource.into(),
        subresource: subresource.into(),
        name: "".into(),
        namespace: namespace.into(),
    };
    Request { user, verb, path: "".into(), resource: Some(resource) }
}

#[test]
fn every_request_gets_the_level_that_upstream_promises() {
    let text = include_bytes!("../../templates/gce.yaml");
    let accepted = policy::judge(text, Version::NEWEST).outcome.unwrap();
    let mut count = 0;
    for [level, short, verbs, targets] in PROMISES.into_iter().chain([READS, CHANGES]) {
        for user in users(short) {
            for verb in verbs.split(' ') {
                for target in targets.split_whitespace() {
                    let request = request(&user, verb, target);
                    let decision = decide(accepted.policy(), &request, Version::NEWEST);
                    assert_eq!(Level::from_name(level), Some(decision.level), "{request} {user}");
                    if decision.level != Level::None {
                        assert_eq!(decision.omit_stages, [Stage::RequestReceived], "{request}");
                    }
                    count += 1;
                }
            }
        }
    }
    assert_eq!(count, 618);
}
