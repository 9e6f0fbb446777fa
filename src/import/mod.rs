//! Policy and settings out of the files of a distribution.
//!
//! Every reader looks at all documents of a file and says nothing where they are not its own. What a file
//! does not say, because the distribution adds it by itself, is in the notes.

mod cluster_api;
mod deckhouse;
mod file;
mod gardener;
mod kind;
mod kops;
mod kubeadm;
mod kubeone;
mod kubespray;
mod microk8s;
mod rancher;
mod rke2;
mod talos;

use audit_policy::wrapped;
use goyaml::{Node, SyntaxError};

use file::File;
pub use file::Imported;

/// Why nothing can be taken from a file.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is no YAML.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It is of no distribution that is known here.
    #[error("no audit policy and no audit settings of a known distribution are in it")]
    Nothing,
}

type FileReader = fn(&File<'_>) -> Option<Imported>;

/// Those that are known by `kind` come before those that are known by their keys alone.
const READERS: [FileReader; 12] = [
    kops::read,
    rancher::read,
    cluster_api::read,
    kind::read,
    kubeadm::read,
    deckhouse::read,
    gardener::read,
    talos::read,
    kubeone::read,
    microk8s::read,
    kubespray::read,
    rke2::read,
];

/// Returns what a file of a distribution says about auditing. A policy that is a document of its own in
/// the file is taken where the distribution names only a path.
///
/// # Errors
///
/// The file is no YAML, or of no known distribution.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let documents = goyaml::parse(text)?;
    let values = documents.iter().filter_map(|document| goyaml::value_of(document).ok()).collect();
    let file = File { text, values };
    let mut found = READERS.iter().find_map(|read| read(&file)).ok_or(ImportError::Nothing)?;
    let own = documents.iter().find(|document| is_policy(&document.root));
    if let Some(document) = own.filter(|_| found.policy.is_none()) {
        found.policy = Some(policy_text(text, &document.root));
    }
    Ok(found)
}

fn is_policy(root: &Node) -> bool {
    let word = |key: &str| root.get(key).and_then(Node::scalar).unwrap_or_default();
    word("kind") == "Policy" && word("apiVersion").starts_with("audit.k8s.io/")
}

/// The text of a document, comments inside it included.
fn policy_text(text: &str, root: &Node) -> String {
    let inside = wrapped::find(text).into_iter().find(|found| found.place.0 == root.span.line);
    inside.map_or_else(|| format!("{}\n", &text[root.span.range()]), |found| found.text)
}
