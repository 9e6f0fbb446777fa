//! What the cluster says, asked through kubectl.

use std::io::ErrorKind;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::Failure;
use super::failure::with_causes;
use crate::doctor::{self, NodeRow, NodesError};
use crate::host::{Host as _, HostError, Local};
use crate::shell;

/// How long kubectl waits for an answer if the user does not say.
const REQUEST_TIMEOUT: &str = "10s";
/// How long we wait for kubectl, which may have to log in first. A kubectl that was given a time by
/// the user is trusted to keep it.
const KUBECTL_TIMEOUT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Which cluster to ask.
#[derive(Debug, Clone, Args)]
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

/// Why kubectl did not do what it was asked.
pub(super) struct KubectlError {
    /// The last line that it said.
    pub(super) text: String,
    is_missing: bool,
}

impl KubectlError {
    fn of(error: HostError) -> Self {
        let is_missing = error.kind() == ErrorKind::NotFound;
        Self { text: with_causes(&error), is_missing }
    }

    /// Returns the failure; `what` says what kubectl did not do.
    pub(super) fn failure(self, what: &str) -> Failure {
        match self.is_missing {
            true => Failure::refused("there is no kubectl on the PATH"),
            false => Failure::refused(format!("{what}: {}", self.text)),
        }
    }
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
        let what = question.what;
        self.run(question.words).map_err(|said| {
            said.failure(&format!("kubectl did not list the {what}")).next(self.shown(question))
        })
    }

    /// Runs kubectl in this cluster, and returns what it printed.
    ///
    /// # Errors
    ///
    /// Returns the last line of its complaint.
    pub(super) fn run(&self, words: &[&str]) -> Result<String, KubectlError> {
        let arguments = self.arguments(words);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let limit = if self.request_timeout.is_some() { LONGEST_WAIT } else { KUBECTL_TIMEOUT };
        let ran = Local::new(None).run("kubectl", &words, limit).map_err(KubectlError::of)?;
        if ran.succeeded {
            return Ok(ran.output);
        }
        let said = ran.complaint.trim().lines().last().unwrap_or_default();
        let text = match said {
            "" => "it failed or timed out without an error message",
            said => said,
        };
        Err(KubectlError { text: text.to_owned(), is_missing: false })
    }

    fn arguments(&self, words: &[&str]) -> Vec<String> {
        let mut words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let timeout = self.request_timeout.as_deref().unwrap_or(REQUEST_TIMEOUT);
        words.push(format!("--request-timeout={timeout}"));
        words.extend(self.context.iter().map(|context| format!("--context={context}")));
        words.extend(self.kubeconfig.iter().map(|file| format!("--kubeconfig={file}")));
        words
    }

    /// The command line, for a person to try.
    fn shown(&self, question: ClusterQuery) -> String {
        let words = self.arguments(question.words);
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
