//! The log format `legacy`: `TIME AUDIT: id="…" ip="…" method="…" user="…" …`.

use super::gke::quoted;

const MARK: &str = " AUDIT: ";

/// Returns the event that a line of the format `legacy` stands for, as JSON; `None` for any other.
///
/// The servers before 1.7 wrote the answer into a line of its own, with the same `id`.
pub(crate) fn legacy(line: &[u8]) -> Option<String> {
    let line = str::from_utf8(line).ok()?;
    let (time, rest) = line.split_once(MARK)?;
    let time = time.split_whitespace().last()?;
    let fields = fields(rest)?;
    let field = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.starts_with('<'))
    };
    let mut out = String::from(r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1""#);
    let mut member = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            out.push_str(&format!(",\"{key}\":{}", quoted(value)));
        }
    };
    member("auditID", field("id"));
    member("stage", field("stage"));
    member("requestURI", field("uri"));
    member("verb", Some(field("method").unwrap_or("-")));
    out.push_str(&format!(",\"user\":{}", person(field("user"), field("groups"))));
    if let Some(other) = field("as") {
        out.push_str(&format!(",\"impersonatedUser\":{}", person(Some(other), field("asgroups"))));
    }
    if let Some(ip) = field("ip") {
        out.push_str(&format!(",\"sourceIPs\":[{}]", quoted(ip)));
    }
    if let Some(agent) = field("user-agent") {
        out.push_str(&format!(",\"userAgent\":{}", quoted(agent)));
    }
    if let Some(namespace) = field("namespace") {
        out.push_str(&format!(",\"objectRef\":{{\"namespace\":{}}}", quoted(namespace)));
    }
    if let Some(code) = field("response").and_then(|code| code.parse::<u16>().ok()) {
        out.push_str(&format!(",\"responseStatus\":{{\"metadata\":{{}},\"code\":{code}}}"));
    }
    out.push_str(&format!(",\"stageTimestamp\":{}}}", quoted(time)));
    Some(out)
}

fn person(name: Option<&str>, groups: Option<&str>) -> String {
    let groups: Vec<String> = groups
        .unwrap_or_default()
        .split(',')
        .map(|group| group.trim().trim_matches('"'))
        .filter(|group| !group.is_empty())
        .map(quoted)
        .collect();
    format!(
        "{{\"username\":{},\"groups\":[{}]}}",
        quoted(name.unwrap_or_default()),
        groups.join(",")
    )
}

/// The fields `key="value"`, quoted as Go's `%q` does.
fn fields(mut text: &str) -> Option<Vec<(&str, String)>> {
    let mut fields = vec![];
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return Some(fields);
        }
        let (key, rest) = text.split_once("=\"")?;
        let mut value = String::new();
        let mut characters = rest.char_indices();
        let end = loop {
            match characters.next()? {
                (at, '"') => break at,
                (_, '\\') => match characters.next()?.1 {
                    'n' => value.push('\n'),
                    't' => value.push('\t'),
                    'r' => value.push('\r'),
                    other => value.push(other),
                },
                (_, other) => value.push(other),
            }
        };
        fields.push((key, value));
        text = &rest[end + 1..];
    }
}
