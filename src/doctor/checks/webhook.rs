//! Where the webhook sends events: unencrypted, or to a name that the server cannot resolve.

use serde_json::Value;

use crate::doctor::facts::Facts;
use crate::doctor::{NodeFinding, Pod};

/// Looks at the server of the webhook's kubeconfig that its current context names.
pub(super) fn check(facts: &Facts, pod: &Pod) -> Vec<NodeFinding> {
    let Some(file) = &facts.webhook else { return vec![] };
    let text = file.bytes().and_then(|bytes| str::from_utf8(bytes).ok());
    let Some(server) = text.and_then(|text| goyaml::decode(text).ok()).and_then(|it| server(&it))
    else {
        return vec![];
    };
    let mut faults = vec![];
    let is_plain = server.starts_with("http://");
    let host = host(&server);
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if is_plain && !is_here {
        faults.push(
            NodeFinding::warning(
                "webhook-unencrypted",
                format!("events go unencrypted to `{server}`"),
            )
            .file(&file.place)
            .why("anyone on the way reads who did what, and the bodies that the policy records")
            .by_hand("write https:// and the `certificate-authority` of the receiver"),
        );
    }
    let is_of_cluster =
        host.ends_with(".svc") || host.contains(".svc.") || host.ends_with(".cluster.local");
    if is_of_cluster && pod.manifest.on_host_network() {
        let what = format!("the webhook `{server}` has a name of the cluster");
        faults.push(
            NodeFinding::error("webhook-cluster-name", what)
                .file(&file.place)
                .why(
                    "the API server is on the network of the host, whose resolver does not know \
                     Services: no event arrives, and the server starts all the same",
                )
                .by_hand(
                    "write an address outside the cluster, or the clusterIP of the Service, and its \
                     name as `tls-server-name`",
                ),
        );
    }
    faults
}

/// The server of the current context; without one, that of the first cluster.
fn server(config: &Value) -> Option<String> {
    let named = |list: &str, name: &str| -> Option<&Value> {
        config[list].as_array()?.iter().find(|entry| entry["name"] == name)
    };
    let context = config["current-context"].as_str().and_then(|name| named("contexts", name));
    let cluster = context
        .and_then(|context| named("clusters", context["context"]["cluster"].as_str()?))
        .or_else(|| config["clusters"].as_array()?.first())?;
    Some(cluster["cluster"]["server"].as_str()?.to_owned())
}

fn host(server: &str) -> &str {
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next().unwrap_or(rest);
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_server_is_told_from_its_port_and_path() {
        for (server, wanted) in [
            ("https://sink.monitoring.svc:9765/k8s-audit", "sink.monitoring.svc"),
            ("http://192.0.2.1", "192.0.2.1"),
            ("https://[::1]:8080", "[::1]"),
            ("sink.default.svc", "sink.default.svc"),
        ] {
            assert_eq!(host(server), wanted);
        }
    }
}
