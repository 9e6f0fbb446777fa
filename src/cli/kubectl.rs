//! What the cluster says, asked through kubectl.

use std::io::ErrorKind;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::Failure;
use crate::host::{Host as _, Local};
use crate::shell;

/// How long kubectl waits for an answer if the user does not say.
const REQUEST_TIMEOUT: &str = "10s";
/// How long we wait for kubectl, which may have to log in first. A kubectl that was given a time by
/// the user is trusted to keep it.
const PATIENCE: Duration = Duration::from_secs(60);
const TRUST: Duration = Duration::from_secs(3600);

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

impl ClusterArgs {
    /// Returns the namespaces of the cluster, in the order of their names.
    pub(super) fn namespaces(&self) -> Result<Vec<String>, Failure> {
        let arguments = self.arguments();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let limit = if self.request_timeout.is_some() { TRUST } else { PATIENCE };
        let ran =
            Local::new(None).run("kubectl", &words, limit).map_err(|error| match error.kind() {
                ErrorKind::NotFound => Failure::refused("there is no kubectl on the PATH"),
                _ => Failure::from(error),
            })?;
        if !ran.succeeded {
            let said = ran.complaint.trim().lines().last().unwrap_or_default();
            let said = if said.is_empty() {
                "it failed or did not end in time, without a word"
            } else {
                said
            };
            return Err(Failure::refused(format!("kubectl did not list the namespaces: {said}"))
                .next(self.shown()));
        }
        names(&ran.output).ok_or_else(|| {
            Failure::refused("kubectl printed something that is no list of namespaces")
                .next(self.shown())
        })
    }

    /// One request and no discovery: it is answered or not within one timeout.
    fn arguments(&self) -> Vec<String> {
        let mut words = vec!["get".to_owned(), "--raw=/api/v1/namespaces".to_owned()];
        let timeout = self.request_timeout.as_deref().unwrap_or(REQUEST_TIMEOUT);
        words.push(format!("--request-timeout={timeout}"));
        words.extend(self.context.iter().map(|context| format!("--context={context}")));
        words.extend(self.kubeconfig.iter().map(|file| format!("--kubeconfig={file}")));
        words
    }

    /// The command line, for a person to try.
    fn shown(&self) -> String {
        let words = self.arguments();
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
