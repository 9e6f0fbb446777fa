//! Values of audit flags that the server reads and then refuses (Go: `AuditOptions.Validate`).

use crate::diagnosis::{Diagnosis, join, text};

/// Judges all errors of a list: the id is the first one's, the cause names each.
///
/// Of a list with errors about other flags only those about auditing are named; the server would
/// not start without them either.
pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let mut found: Vec<(usize, Refused)> = vec![];
    found.extend(negative(said));
    found.extend(invalid(said));
    found.extend(version(said));
    found.sort_by_key(|(at, _)| *at);
    let (_, first) = found.first()?;
    let (id, fix) = (first.id, first.fix.clone());
    let found_flag = first.flag.clone();
    Some(
        Diagnosis::auditing(id)
            .cause(format!("{}.", join(found.into_iter().map(|(_, refused)| refused.cause))))
            .fix(fix)
            .flag(found_flag),
    )
}

struct Refused {
    id: &'static str,
    flag: String,
    cause: String,
    fix: String,
}

/// `--audit-log-maxage -1 can't be a negative number`.
fn negative(said: &str) -> Vec<(usize, Refused)> {
    said.match_indices(" can't be a negative number")
        .filter_map(|(end, _)| {
            let at = said[..end].rfind("--audit")?;
            let (flag, value) = said[at..end].split_once(' ')?;
            Some((at, out_of_range(flag, value, "which must not be negative", "0 or more")))
        })
        .collect()
}

fn out_of_range(flag: &str, value: &str, must: &str, give: &str) -> Refused {
    Refused {
        id: "flag-out-of-range",
        flag: flag.to_owned(),
        cause: format!("`{flag}` is `{value}`, {must}"),
        fix: format!("Give `{flag}` {give}."),
    }
}

/// `invalid audit [batch|truncate] log|webhook WHAT VALUE, REASON`.
fn invalid(said: &str) -> Vec<(usize, Refused)> {
    const MARK: &str = "invalid audit ";
    said.match_indices(MARK)
        .filter_map(|(at, _)| {
            let (subject, reason) = said[at + MARK.len()..].split_once(", ")?;
            let (what, value) = subject.rsplit_once(' ')?;
            let flag = flag(what)?;
            let refused = if let Some(allowed) = text::between(reason, "are \"", "\"") {
                not_allowed(&flag, value, &allowed.replace(',', ", "))
            } else if let Some(event) = text::between(reason, "max event size (", ")") {
                let least = format!("at least {event} bytes, or lower the size of one event");
                out_of_range(&flag, value, "less than the largest event", &least)
            } else {
                out_of_range(&flag, value, "which must be positive", "more than 0")
            };
            Some((at, refused))
        })
        .collect()
}

fn not_allowed(flag: &str, value: &str, allowed: &str) -> Refused {
    Refused {
        id: "flag-not-allowed",
        flag: flag.to_owned(),
        cause: format!("`{flag}` is `{value}`, which is none of its values"),
        fix: format!("Give `{flag}` one of: {allowed}."),
    }
}

/// The flag that `log format`, `batch webhook buffer size` or `truncate log max event size` is.
fn flag(what: &str) -> Option<String> {
    let (kind, rest) = match what.split_once(' ')? {
        ("batch", rest) => ("batch-", rest),
        ("truncate", rest) => ("truncate-", rest),
        _ => ("", what),
    };
    let (backend, value) = rest.split_once(' ')?;
    // Only here the words differ from the flag: `--audit-log-batch-max-size`.
    let value = if kind == "batch-" {
        value.replace("max batch size", "max size")
    } else {
        value.to_owned()
    };
    let value = value.replace(' ', "-").to_ascii_lowercase();
    matches!(backend, "log" | "webhook").then(|| format!("--audit-{backend}-{kind}{value}"))
}

/// `invalid group version, allowed versions are ["audit.k8s.io/v1"]` names neither flag nor value.
fn version(said: &str) -> Option<(usize, Refused)> {
    let at = said.find("invalid group version, allowed versions are")?;
    let flags = "--audit-log-version or --audit-webhook-version";
    let refused = Refused {
        id: "flag-not-allowed",
        flag: "--audit-log-version".to_owned(),
        cause: format!("{flags} names a version that this server does not write"),
        fix: "Remove the flag, or give it `audit.k8s.io/v1`, the only version there is.".to_owned(),
    };
    Some((at, refused))
}
