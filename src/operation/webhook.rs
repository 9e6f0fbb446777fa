//! The configuration of the audit webhook: a kubeconfig, and the files it names.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::failure::Failure;
use super::files::path_state;
use super::node::Node;
use crate::host::Local;
use crate::plan::{Layout, PathState};
use crate::settings::WEBHOOK_PATH;

/// A webhook configuration as the caller gave it.
pub struct Webhook {
    /// The text.
    pub text: Vec<u8>,
    /// The files it names, as they stand in it.
    named: Vec<PathBuf>,
}

/// Where a kubeconfig names files.
const FILES: [(&str, &str, &[&str]); 2] = [
    ("clusters", "cluster", &["certificate-authority"]),
    ("users", "user", &["client-certificate", "client-key", "tokenFile"]),
];

/// Reads the caller's webhook configuration, if one is given.
///
/// # Errors
///
/// It is not there, or not a kubeconfig with a server to send events to.
pub fn read(file: Option<&Path>, node: &Node) -> Result<Option<Webhook>, Failure> {
    let Some(file) = file else { return Ok(None) };
    let path = std::path::absolute(file)?;
    let PathState::File { bytes, .. } = path_state(&Local::new(None), &path)? else {
        return Err(Failure::refused(format!("there is no file {}", file.display())));
    };
    let refused = |why: &str| {
        Failure::refused(format!("{} is no webhook configuration: {why}", file.display())).next(
            format!(
                "It is a kubeconfig with clusters[].cluster.server, and is at {} afterwards.",
                node.outside(Path::new(WEBHOOK_PATH)).display()
            ),
        )
    };
    let text = str::from_utf8(&bytes).map_err(|_| refused("it is not UTF-8 text"))?;
    let value = goyaml::decode(text).map_err(|error| refused(&error.message))?;
    let server = value.pointer("/clusters/0/cluster/server").and_then(Value::as_str);
    if server.is_none_or(str::is_empty) {
        return Err(refused("clusters[0].cluster.server is missing"));
    }
    Ok(Some(Webhook { named: named(&value), text: bytes }))
}

fn named(config: &Value) -> Vec<PathBuf> {
    let mut files = vec![];
    for (list, item, keys) in FILES {
        for entry in config[list].as_array().into_iter().flatten() {
            let paths = keys.iter().filter_map(|key| entry[item][key].as_str());
            files.extend(paths.filter(|path| !path.is_empty()).map(PathBuf::from));
        }
    }
    files.dedup();
    files
}

/// Returns the files that the server will look for; a relative one is beside the configuration
/// (Go: `clientcmd.ResolveLocalPaths`).
#[must_use]
pub fn files(webhook: Option<&Webhook>, layout: &Layout) -> Vec<PathBuf> {
    let (Some(webhook), Some(seen)) = (webhook, &layout.webhook) else { return vec![] };
    beside(&seen.container, &webhook.named)
}

/// As [`files`], for a configuration that is at `container` already; none for one that cannot be
/// read.
#[must_use]
pub fn files_of(text: &[u8], container: &Path) -> Vec<PathBuf> {
    let config = str::from_utf8(text).ok().and_then(|text| goyaml::decode(text).ok());
    beside(container, &config.as_ref().map(named).unwrap_or_default())
}

fn beside(container: &Path, named: &[PathBuf]) -> Vec<PathBuf> {
    let directory = container.parent().unwrap_or(Path::new("/"));
    named.iter().map(|path| directory.join(path)).collect()
}
