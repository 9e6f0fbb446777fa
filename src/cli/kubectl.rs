//! What the cluster says, asked through kubectl.

use std::io::ErrorKind;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::Failure;
use crate::doctor::{self, NodeRow, NodesError};
use crate::host::{Host as _, Local};
use crate::shell;

/// How long kubectl waits for an answer if the user does not say.
const REQUEST_TIMEOUT: &str = "10s";
/// How long we wait for kubectl, which may have to log in first. A kubectl that was given a time by
/// the user is trusted to keep it.
const KUBECTL_TIMEOUT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Which cluster to ask.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cluster")]
pub(super) struct ClusterArgs {
    /// The kubeconfig context, for kubectl
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// The kubeconfig file, for kubectl
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<String>,
    /// How long kubectl waits for an answer, such as 30s; 10s without it
    #[arg(long, value_name = "DURATION")]
    request_timeout: Option<String>,
}

/// Something to ask the cluster for.
#[derive(Clone, Copy)]
struct ClusterQuery {
    /// The words for kubectl.
    words: &'static [&'static str],
    /// What the answer lists, to be read after "no list of".
    what: &'static str,
}

/// One request and no discovery: it is answered or not within one timeout.
const NAMESPACES: ClusterQuery =
    ClusterQuery { words: &["get", "--raw=/api/v1/namespaces"], what: "namespaces" };
/// The mirror pods that kubelets show of static API servers.
const API_SERVERS: ClusterQuery = ClusterQuery {
    words: &["get", "pods", "-n", "kube-system", "-l", "component=kube-apiserver", "-o", "json"],
    what: "pods",
};

/// The administrator's kubeconfig, where kubeadm puts it.
pub(super) const ADMIN: &str = "/etc/kubernetes/admin.conf";
/// An API server on the same machine answers at once.
const NEARBY: &str = "5s";

impl ClusterArgs {
    /// Returns the cluster of a control-plane node, asked with what is on the node.
    pub(super) fn of_node() -> Self {
        let (kubeconfig, request_timeout) = (Some(ADMIN.to_owned()), Some(NEARBY.to_owned()));
        Self { context: None, kubeconfig, request_timeout }
    }

    /// Returns whether anything was said about the cluster.
    pub(super) fn is_given(&self) -> bool {
        [&self.context, &self.kubeconfig, &self.request_timeout].iter().any(|it| it.is_some())
    }

    /// Returns the namespaces of the cluster, in the order of their names.
    pub(super) fn namespaces(&self) -> Result<Vec<String>, Failure> {
        names(&self.ask(NAMESPACES)?).ok_or_else(|| {
            Failure::refused("kubectl printed something that is no list of namespaces")
                .next(self.shown(NAMESPACES))
        })
    }

    /// Returns every API server of the cluster that runs as a static pod, by the name of its node.
    pub(super) fn api_servers(&self) -> Result<Vec<NodeRow>, Failure> {
        doctor::nodes(&self.ask(API_SERVERS)?).map_err(|error| match error {
            NodesError::NoList => Failure::from(error).next(self.shown(API_SERVERS)),
            NodesError::NoServers => Failure::from(error).next(
                "k3s and managed control planes do not run the API server as a static pod, so there is nothing to show.",
            ),
        })
    }

    fn ask(&self, question: ClusterQuery) -> Result<String, Failure> {
        let arguments = self.arguments(question);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let limit = if self.request_timeout.is_some() { LONGEST_WAIT } else { KUBECTL_TIMEOUT };
        let ran =
            Local::new(None).run("kubectl", &words, limit).map_err(|error| match error.kind() {
                ErrorKind::NotFound => Failure::refused("there is no kubectl on the PATH"),
                _ => Failure::from(error),
            })?;
        if ran.succeeded {
            return Ok(ran.output);
        }
        let said = ran.complaint.trim().lines().last().unwrap_or_default();
        let said = match said {
            "" => "it failed or timed out without an error message",
            said => said,
        };
        let what = question.what;
        Err(Failure::refused(format!("kubectl did not list the {what}: {said}"))
            .next(self.shown(question)))
    }

    fn arguments(&self, question: ClusterQuery) -> Vec<String> {
        let mut words: Vec<String> = question.words.iter().map(|&word| word.to_owned()).collect();
        let timeout = self.request_timeout.as_deref().unwrap_or(REQUEST_TIMEOUT);
        words.push(format!("--request-timeout={timeout}"));
        words.extend(self.context.iter().map(|context| format!("--context={context}")));
        words.extend(self.kubeconfig.iter().map(|file| format!("--kubeconfig={file}")));
        words
    }

    /// The command line, for a person to try.
    fn shown(&self, question: ClusterQuery) -> String {
        let words = self.arguments(question);
        let words = words.iter().map(|word| shell::word(word.as_ref()));
        format!("kubectl {}", words.collect::<Vec<_>>().join(" "))
    }
}

/// The names of the objects in a list.
fn names(json: &str) -> Option<Vec<String>> {
    let list: Value = serde_json::from_str(json).ok()?;
    let name = |item: &Value| Some(item.pointer("/metadata/name")?.as_str()?.to_owned());
    let mut names: Vec<String> =
        list.get("items")?.as_array()?.iter().map(name).collect::<Option<_>>()?;
    names.sort();
    Some(names)
}
