//! The filter flags that all commands over a log share.

use crate::logs::{Moment, moment};
use audit_log::filter::{Codes, Filter, Network, Patterns};
use audit_log::preset::Preset;
use clap::Args;

/// Which events are meant. Texts may hold `*`, several are separated by commas, and `!` before one
/// means all others; every flag has to be met.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which events (texts may hold *, lists have commas, ! means others)")]
pub(in crate::cli) struct FilterArgs {
    /// The user, authenticated or impersonated
    #[arg(long, value_name = "USER")]
    user: Vec<String>,
    /// The user who is impersonated
    #[arg(long = "as", value_name = "USER")]
    as_user: Vec<String>,
    /// A group of the user
    #[arg(long, value_name = "GROUP")]
    group: Vec<String>,
    /// The verb
    #[arg(long, value_name = "VERB")]
    verb: Vec<String>,
    /// The resource: pods, deployments.apps, pods/exec
    #[arg(long, value_name = "RESOURCE", value_delimiter = ',')]
    resource: Vec<String>,
    /// The namespace
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: Vec<String>,
    /// The name of the object
    #[arg(long, value_name = "NAME")]
    name: Vec<String>,
    /// The HTTP status: 403, 4xx
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    code: Vec<Codes>,
    /// The level
    #[arg(long, value_name = "LEVEL")]
    level: Vec<String>,
    /// From this time on: 10m ago, 2026-11-28, 2026-11-28T10:00, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(super) since: Option<Moment>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(super) until: Option<Moment>,
    /// A source address or network: 10.0.0.0/8
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    ip: Vec<Network>,
    /// The client program: kubectl*
    #[arg(long, value_name = "AGENT")]
    user_agent: Vec<String>,
    /// The audit ID, which all events of a request share
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// The request URI: /healthz*
    #[arg(long, value_name = "URI")]
    uri: Vec<String>,
    /// A condition in CEL over the fields of the event, and latency_ms, ip(), cidr(), param():
    /// responseStatus.code >= 500 && !user.username.startsWith("system:")
    #[arg(long = "where", value_name = "EXPRESSION")]
    pub(super) condition: Option<String>,
    #[command(flatten)]
    presets: PresetArgs,
}

/// Questions that have a name.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Questions (several have to be met together)")]
struct PresetArgs {
    /// What was changed, and to what where bodies were recorded
    #[arg(long)]
    changes: bool,
    /// What was deleted or evicted
    #[arg(long)]
    deletes: bool,
    /// What was denied: 401, 403
    #[arg(long)]
    denied: bool,
    /// What failed: 4xx, 5xx, panics
    #[arg(long)]
    failed: bool,
    /// Requests whose sender could not be authenticated
    #[arg(long)]
    unauthenticated: bool,
    /// Anonymous requests that were let in
    #[arg(long)]
    anonymous: bool,
    /// exec, attach, port-forward, debug containers, with the command
    #[arg(long)]
    exec: bool,
    /// Who read secrets, components of the cluster aside
    #[arg(long)]
    secrets: bool,
    /// Service accounts and tokens that were made
    #[arg(long)]
    tokens: bool,
    /// Changed roles and bindings, with who was granted what
    #[arg(long)]
    rbac: bool,
    /// Changed admission webhooks and policies
    #[arg(long)]
    admission: bool,
    /// Who impersonated whom
    #[arg(long)]
    impersonation: bool,
    /// Pods that reach their node: privileged, host namespaces, hostPath, capabilities
    #[arg(long)]
    risky_pods: bool,
    /// Pods with images without a digest
    #[arg(long)]
    unpinned_images: bool,
    /// Requests to deprecated APIs
    #[arg(long)]
    deprecated: bool,
    /// Repeated requests on one line
    #[arg(long)]
    timeline: bool,
}

impl FilterArgs {
    /// Returns the filter. `now` is in microseconds since 1970.
    pub(in crate::cli) fn filter(&self, now: i64) -> Filter {
        let patterns = |texts: &[String]| Patterns::new(texts.iter().map(String::as_str));
        Filter {
            user: patterns(&self.user),
            as_user: patterns(&self.as_user),
            groups: patterns(&self.group),
            verb: patterns(&self.verb),
            resource: self.resource.clone(),
            namespace: patterns(&self.namespace),
            name: patterns(&self.name),
            codes: self.code.clone(),
            level: patterns(&self.level),
            stage: Patterns::default(),
            ip: self.ip.clone(),
            user_agent: patterns(&self.user_agent),
            id: patterns(&self.id),
            uri: patterns(&self.uri),
            since: self.since.map(|time| time.resolve(now)),
            until: self.until.map(|time| time.resolve(now)),
            presets: self.presets.presets(),
            tests: vec![],
            rest: None,
        }
    }
}

impl PresetArgs {
    fn presets(&self) -> Vec<Preset> {
        let all = [
            (self.changes, Preset::Changes),
            (self.deletes, Preset::Deletes),
            (self.denied, Preset::Denied),
            (self.failed, Preset::Failed),
            (self.unauthenticated, Preset::Unauthenticated),
            (self.anonymous, Preset::Anonymous),
            (self.exec, Preset::Exec),
            (self.secrets, Preset::Secrets),
            (self.tokens, Preset::Tokens),
            (self.rbac, Preset::Rbac),
            (self.admission, Preset::Admission),
            (self.impersonation, Preset::Impersonation),
            (self.risky_pods, Preset::RiskyPods),
            (self.unpinned_images, Preset::UnpinnedImages),
            (self.deprecated, Preset::Deprecated),
            (self.timeline, Preset::Timeline),
        ];
        all.into_iter().filter_map(|(given, preset)| given.then_some(preset)).collect()
    }
}
