//! Answers of the real API server, one JSON object a line, held against ours.
//!
//! The field `t` names the kind of line. Absent fields are empty.

use audit_policy::api::Version;
use audit_policy::policy;
use audit_policy::policy::ProblemKind;
use audit_policy::policy::Verdict;
use audit_policy::request;
use serde::Deserialize;
use serde_json::{Value, json};

/// The words after this depend on how the server was built.
const BUILD: &str = " in scheme ";

/// Returns the difference between our answer and the real one, if there is one.
pub(crate) fn difference(line: &Value) -> Option<String> {
    match line["t"].as_str() {
        Some("yaml") => yaml_difference(line),
        Some("check") => check_difference(line),
        Some("eval") => eval_difference(line),
        Some("reqinfo") => request_info_difference(line),
        _ => None,
    }
}

/// Returns the policy of a line.
pub(crate) fn text_of(line: &Value) -> Vec<u8> {
    match (&line["policy"], &line["policyB64"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::String(base64)) => decode_base64(base64),
        _ => vec![],
    }
}

fn decode_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = vec![];
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 6 | u32::from(digit(*byte)));
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    bytes
}

fn yaml_difference(line: &Value) -> Option<String> {
    let real = match line["err"].as_str() {
        Some(error) => json!({ "err": error }),
        None => json!({ "json": line["json"], "strict": line["strict"] }),
    };
    let ours = match goyaml::decode_with_places(&text_of(line), 256) {
        Err(error) => json!({ "err": error.message }),
        Ok(decoded) => {
            let twice: Vec<_> = decoded.duplicates.iter().map(|twice| &*twice.message).collect();
            let strict = format!("yaml: unmarshal errors:\n  {}", twice.join("\n  "));
            let strict = (!twice.is_empty()).then_some(strict);
            json!({ "json": decoded.value.to_json(), "strict": strict })
        }
    };
    compare(&ours, &real)
}

/// Compares a verdict. The policy's metadata means nothing to anybody and is not kept.
fn check_difference(line: &Value) -> Option<String> {
    let want = &line["want"];
    let mut canon = want["canon"].clone();
    if let Value::Object(fields) = &mut canon {
        fields.shift_remove("metadata");
    }
    let real = json!({
        "ok": want["ok"].as_bool().unwrap_or(false),
        "err": want["err"].as_str().map(without_build),
        "errs": want["errs"].as_array().cloned().unwrap_or_default(),
        "warn": want["warn"],
        "canon": canon,
    });
    compare(&shown(&policy::judge(&text_of(line), version_of(line))), &real)
}

/// Answers of an older server name its minor version.
fn version_of(line: &Value) -> Version {
    let minor = line["version"].as_u64().and_then(|minor| minor.try_into().ok());
    minor.map_or(Version::NEWEST, Version::minor)
}

fn shown(verdict: &Verdict) -> Value {
    json!({
        "ok": verdict.is_accepted(),
        "err": verdict.refusal().map(|refusal| refusal.error.as_str()).map(without_build),
        "errs": verdict.problems.iter().filter_map(validation_error).collect::<Vec<_>>(),
        "warn": verdict.warning,
        "canon": verdict.accepted().map(policy::AcceptedPolicy::policy),
    })
}

/// Compares the decisions on all requests of a line.
fn eval_difference(line: &Value) -> Option<String> {
    let version = version_of(line);
    let verdict = policy::judge(&text_of(line), version);
    let Some(accepted) = verdict.accepted() else { return Some(format!("{verdict:?}")) };
    let policy = accepted.policy();
    let compiled = policy::Compiled::new(policy, version);
    let requests = line["requests"].as_array().map(Vec::as_slice).unwrap_or_default();
    requests.iter().zip(0..).find_map(|(asked, index)| {
        let request = request::Request::deserialize(asked).expect("a request of the oracle is one");
        let ours = policy::decide(policy, &request, version);
        let real = with_defaults(&line["want"][index]);
        let difference = compare(&json!(ours), &real)
            .or_else(|| compare(&json!(compiled.decide(&request)), &real))?;
        Some(format!("{asked}\n{difference}"))
    })
}

fn with_defaults(want: &Value) -> Value {
    json!({
        "level": want["level"],
        "omitStages": want["omitStages"].as_array().cloned().unwrap_or_default(),
        "omitManagedFields": want["omitManagedFields"].as_bool().unwrap_or(false),
        "rule": want["rule"],
    })
}

fn request_info_difference(line: &Value) -> Option<String> {
    let text = |field: &str| line[field].as_str().unwrap_or_default();
    let asked = request::Request::deserialize(&line["attrs"]).expect("it is one of the oracle's");
    let long_running = line["longRunning"].as_bool().unwrap_or(false);
    let ours = match request::request_info(text("method"), text("url")) {
        Ok(ours) => ours,
        Err(error) => return Some(error.to_string()),
    };
    let equal = ours.request == asked
        && ours.api_version == text("apiVersion")
        && ours.long_running == long_running
        && ours.error.as_deref() == line["err"].as_str();
    (!equal).then(|| format!("{line}\nours: {ours:?}"))
}

fn validation_error(problem: &policy::Problem) -> Option<Value> {
    let kind = match problem.kind {
        ProblemKind::Required => "FieldValueRequired",
        ProblemKind::NotSupported => "FieldValueNotSupported",
        ProblemKind::Invalid => "FieldValueInvalid",
        _ => return None,
    };
    Some(json!({ "field": problem.path, "type": kind, "msg": problem.message }))
}

fn without_build(text: &str) -> &str {
    text.split(BUILD).next().unwrap_or(text)
}

fn compare(ours: &Value, real: &Value) -> Option<String> {
    (ours != real).then(|| format!("ours: {ours}\nreal: {real}"))
}
