//! What a collector reads, and what it needs for that.

use crate::export::setup::parent;
use crate::export::{Export, LogSetting};
use crate::settings::LOG_PATH;

/// What is read.
pub(super) enum CollectorInput {
    /// The file of the log.
    File(String),
    /// The log of the API server's container, a line of the container runtime around every event.
    Container,
}

/// Where the kubelet keeps the log of the container of the API server.
const CONTAINER_LOG: &str = "/var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log";

impl CollectorInput {
    pub(super) fn of(log: &LogSetting) -> Self {
        match log {
            LogSetting::File(place) => Self::File(place.node.clone()),
            LogSetting::Usual => Self::File(LOG_PATH.to_owned()),
            LogSetting::Output | LogSetting::None => Self::Container,
        }
    }

    /// The path of what is read, which may be a pattern.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::File(path) => path,
            Self::Container => CONTAINER_LOG,
        }
    }

    pub(super) fn is_container(&self) -> bool {
        matches!(self, Self::Container)
    }
}

/// The longest line that is read, in bytes. An event with both bodies may have about 3 MB: objects are
/// limited to 1.5 MiB in etcd.
pub(super) const LONGEST_LINE: u64 = 16 * 1024 * 1024;

/// Adds what holds for every collector.
pub(super) fn with_access(export: Export, input: &CollectorInput) -> Export {
    let directory = parent(input.path());
    let access = match input {
        CollectorInput::File(path) => vec![
            format!(
                "the collector needs {directory} of the node, read-only, on every control-plane node"
            ),
            format!(
                "the log belongs to root alone. To let a group read it, once on each node: chgrp adm {directory} \
                 {path}; chmod 0750 {directory}; chmod 0640 {path}. Rotation keeps both, unless the API server \
                 runs without capabilities (`drop: [ALL]`): then run the collector as root with DAC_READ_SEARCH alone"
            ),
        ],
        CollectorInput::Container => vec![
            "the collector needs /var/log/pods of the node, read-only, on every control-plane node"
                .to_owned(),
            "lines of the API server's own log are among the events; what is no event is left out"
                .to_owned(),
        ],
    };
    export.notes(access).notes(["events have up to 3 MB: --log-truncate-enabled keeps them below 100 kB, without their bodies"])
}
