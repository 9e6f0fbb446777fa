//! A command line that the server cannot read (Go: `pflag`, `cobra`).

use crate::diagnosis::{Blame, Diagnosis, text};
use crate::flags::Flag;

pub(super) fn judge(said: &str) -> Option<Diagnosis> {
    let judges = [unknown, one_dash, syntax, unfinished, invalid, stray, group_version];
    judges.iter().find_map(|judge| judge(said))
}

/// `unknown flag: --audit-logs-path`.
fn unknown(said: &str) -> Option<Diagnosis> {
    let name = text::after(said, "unknown flag: --")?;
    let blame = blame(name);
    if let Some((flag, value)) = name.split_once(char::is_whitespace) {
        return Some(
            Diagnosis::new("flag-glued", blame)
                .cause(format!(
                    "`--{name}` is one item of the manifest's list, so the server takes all of it, \
                     the blank and what follows, for the name of a flag."
                ))
                .fix(format!("Write `- --{flag}={}`.", value.trim()))
                .flag(format!("--{flag}")),
        );
    }
    let found = Diagnosis::new("flag-unknown", blame).flag(format!("--{name}"));
    let cause = format!("This API server knows no flag `--{name}`");
    Some(match (Flag::find(name), Flag::nearest(name)) {
        (Some(_), _) => found
            .cause(format!("{cause}; servers of other versions do."))
            .fix(format!("Remove `--{name}` from the manifest.")),
        (None, _) if name.starts_with("audit-dynamic-") => found
            .cause(format!("{cause}; it was removed in Kubernetes 1.19."))
            .fix(format!("Remove `--{name}` from the manifest.")),
        (None, Some(near)) => found
            .cause(format!("{cause}; `--{}` is probably meant.", near.name))
            .fix(format!("Write `--{}` in the manifest, or remove it.", near.name)),
        (None, None) => found
            .cause(format!("{cause}: it is mistyped, or of another version of Kubernetes."))
            .fix(format!("Correct or remove `--{name}` in the manifest.")),
    })
}

/// Auditing is to blame for its own flags, and for those that are probably meant to be.
fn blame(name: &str) -> Blame {
    let name = name.trim_start_matches('-');
    let name = name.split([' ', '=', '\t']).next().unwrap_or_default();
    let is_ours = text::names_auditing(name) || Flag::nearest(name).is_some();
    if is_ours { Blame::Auditing } else { Blame::Other }
}

/// `unknown shorthand flag: 'a' in -audit-policy-file=…`.
fn one_dash(said: &str) -> Option<Diagnosis> {
    let written = text::after(said, "unknown shorthand flag: ")?.split_once(" in ")?.1;
    Some(
        Diagnosis::new("flag-dashes", blame(written))
            .cause(format!("`{written}` begins with one dash, and flags begin with two."))
            .fix(format!("Write `-{written}` in the manifest."))
            .flag(format!("-{}", written.split('=').next().unwrap_or_default())),
    )
}

/// `bad flag syntax: ---audit-log-path=…`.
fn syntax(said: &str) -> Option<Diagnosis> {
    let written = text::after(said, "bad flag syntax: ")?;
    let name = written.trim_start_matches('-');
    Some(
        Diagnosis::new("flag-dashes", blame(written))
            .cause(format!("`{written}` is no flag: two dashes and a name are wanted."))
            .fix(format!("Write `--{name}` in the manifest, or remove it.")),
    )
}

/// `flag needs an argument: --audit-log-path`.
fn unfinished(said: &str) -> Option<Diagnosis> {
    let flag = text::after(said, "flag needs an argument: ")?;
    Some(
        Diagnosis::new("flag-without-value", blame(flag))
            .cause(format!("`{flag}` has no value."))
            .fix(format!("Write `{flag}=VALUE` in the manifest."))
            .flag(flag),
    )
}

/// `invalid argument "7d" for "--audit-log-maxage" flag: …`.
fn invalid(said: &str) -> Option<Diagnosis> {
    let (value, rest) = text::quoted(text::after(said, "invalid argument ")?)?;
    // One with a short name is shown as `-v, --v`.
    let flag = text::between(rest, "for \"", "\"")?.rsplit(", ").next()?;
    if flag == "--feature-gates" {
        return None;
    }
    let wanted = match Flag::find(flag).map(Flag::kind) {
        Some("int" | "int64") => "a whole number without a unit",
        Some("float32") => "a number",
        Some("duration") => "a time with a unit, such as `30s`",
        Some("bool") => "`true` or `false`",
        _ => "a value of its kind",
    };
    Some(
        Diagnosis::new("flag-value", blame(flag))
            .cause(format!("The value `{value}` of `{flag}` cannot be read: it takes {wanted}."))
            .fix(format!("Give `{flag}` {wanted}."))
            .flag(flag),
    )
}

/// `"kube-apiserver" does not take any arguments, got ["yes"]`.
fn stray(said: &str) -> Option<Diagnosis> {
    let words = text::after(said, "does not take any arguments, got ")?;
    let (first, _) = text::quoted(words.trim_start_matches('['))?;
    let blame = if text::names_auditing(words) { Blame::Auditing } else { Blame::Unknown };
    let is_dash = first.starts_with(['\u{2013}', '\u{2014}', '\u{2212}']);
    let name = first.trim_start_matches(['\u{2013}', '\u{2014}', '\u{2212}', '-']);
    let found = Diagnosis::new("stray-argument", blame);
    Some(if is_dash {
        found
            .cause(format!("`{first}` begins with a typographic dash and not with two hyphens."))
            .fix(format!("Write `--{name}` in the manifest."))
    } else {
        found
            .cause(format!(
                "`{first}` is alone on the server's command line: it is no flag, and no flag \
                 takes it. A switch such as --audit-log-compress takes its value after a `=` only."
            ))
            .fix(format!("Write `--FLAG={first}` in one item of the manifest, or remove it."))
    })
}

/// `unexpected GroupVersion string: a/b/c`; the server does not say whose value it is.
fn group_version(said: &str) -> Option<Diagnosis> {
    let value = text::after(said, "unexpected GroupVersion string: ")?;
    Some(
        Diagnosis::unknown("flag-version")
            .cause(format!(
                "A flag has the value `{value}`, which is no group and version; \
                 --audit-log-version and --audit-webhook-version are such flags."
            ))
            .fix("Remove these flags, or give them `audit.k8s.io/v1`."),
    )
}
