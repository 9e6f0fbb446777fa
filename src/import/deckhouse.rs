//! Deckhouse: Secret `kube-system/audit-policy` and ModuleConfig `control-plane-manager`, merged as
//! Deckhouse merges them.

use audit_policy::api::{Policy, Rule, Version};
use audit_policy::policy::judge;
use serde_json::{Value, json};

use super::file::{File, Imported, is, text_at};
use crate::flags::name;

/// The rules that come before those of the Secret, and the two that follow them, while
/// `basicAuditPolicyEnabled` holds. Source: deckhouse/deckhouse, modules/040-control-plane-manager/hooks/
/// audit_policy.go (Apache-2.0): the same rules in the same order.
const BASIC: &str = include_str!("deckhouse_basic.yaml");
/// How many of them come last.
const LAST: usize = 2;

pub(super) fn read(file: &File<'_>) -> Option<Imported> {
    let secret = file.values.iter().find(|value| {
        is(value, "Secret", "v1")
            && text_at(value, "/metadata/name").as_deref() == Some("audit-policy")
    });
    let module = file.values.iter().find(|value| {
        is(value, "ModuleConfig", "deckhouse.io/")
            && text_at(value, "/metadata/name").as_deref() == Some("control-plane-manager")
    });
    secret.or(module)?;
    let server = module.and_then(|module| module.pointer("/spec/settings/apiserver"));
    let setting = |key: &str| server.and_then(|server| server.get(key)).and_then(Value::as_bool);
    let mut found = Imported::of("Secret `kube-system/audit-policy` of Deckhouse");
    let own = secret.and_then(custom).filter(|_| setting("auditPolicyEnabled") != Some(false));
    let has_basic = setting("basicAuditPolicyEnabled") != Some(false);
    found.policy = match (has_basic, own) {
        (false, own) => own,
        (true, own) => Some(merged(own.as_deref())),
    };
    found.notes.extend(notes(has_basic, module.is_some()));
    log(&mut found, server);
    Some(found)
}

/// The policy of a Secret, in `data` or in `stringData`.
fn custom(secret: &Value) -> Option<String> {
    let key = "audit-policy.yaml";
    let plain = secret.get("stringData").and_then(|data| text_at(data.get(key)?, ""));
    plain.or_else(|| decoded(secret.get("data")?.get(key)?))
}

/// The text of a value in base64.
pub(super) fn decoded(value: &Value) -> Option<String> {
    String::from_utf8(goyaml::base64::decode(value.as_str()?)?).ok()
}

/// The basic rules with those of the Secret between them; stages that the Secret leaves out beside its rules
/// are left out of the basic ones, too, and its omitManagedFields is dropped.
fn merged(own: Option<&str>) -> String {
    let read = |text: &str| {
        judge(text.as_bytes(), Version::NEWEST).accepted().map(|it| it.policy().clone())
    };
    let (Some(basic), own) = (read(BASIC), own.map(read)) else { return BASIC.to_owned() };
    let own = match own {
        Some(None) => return BASIC.to_owned(),
        Some(Some(own)) => own,
        None => Policy::default(),
    };
    let (first, last) = basic.rules.split_at(basic.rules.len().saturating_sub(LAST));
    let rules: Vec<&Rule> = first.iter().chain(&own.rules).chain(last).collect();
    let mut policy = json!({"apiVersion": "audit.k8s.io/v1", "kind": "Policy"});
    if !own.omit_stages.is_empty() {
        policy["omitStages"] = json!(own.omit_stages);
    }
    policy["rules"] = json!(rules);
    crate::yaml::write(&policy)
}

fn notes(has_basic: bool, is_module_known: bool) -> Vec<String> {
    let mut notes = vec![];
    if has_basic && !is_module_known {
        notes.push(
            "ModuleConfig control-plane-manager is not in the file: the basic rules are taken to be on, as they are \
             without it"
                .to_owned(),
        );
    }
    if has_basic {
        notes.push(
            "the basic rule for service accounts has those of namespaces that come with Deckhouse; their list changes \
             with its releases, and ConfigMaps with the label control-plane-manager.deckhouse.io/extra-audit-policy-config \
             add to it"
                .to_owned(),
        );
    }
    notes
}

/// The log: a file, or the standard output of the container. All else is fixed.
fn log(found: &mut Imported, server: Option<&Value>) {
    let log = server.and_then(|server| server.get("auditLog"));
    let output = log.and_then(|log| text_at(log, "/output"));
    if output.as_deref() == Some("Stdout") {
        return found.flag(name::LOG_PATH, "-".to_owned());
    }
    let directory = log.and_then(|log| text_at(log, "/path"));
    let directory = directory.unwrap_or_else(|| "/var/log/kube-audit".to_owned());
    for (flag, value) in [
        (name::LOG_PATH, format!("{directory}/audit.log")),
        (name::LOG_MAXAGE, "30".to_owned()),
        (name::LOG_MAXBACKUP, "10".to_owned()),
        (name::LOG_MAXSIZE, "100".to_owned()),
    ] {
        found.flag(flag, value);
    }
    found.flag("audit-log-truncate-enabled", "true".to_owned());
}
