//! The columns that are shown.

use super::args::{LogArgs, LogFormat};
use crate::cli::Failure;
use audit_log::field::Field;

pub(super) const TABLE: [Field; 7] =
    [Field::Time, Field::Who, Field::Verb, Field::Target, Field::Object, Field::Code, Field::Ip];

pub(super) const WIDE: [Field; 12] = [
    Field::Time,
    Field::Who,
    Field::Verb,
    Field::Target,
    Field::Object,
    Field::Code,
    Field::Ip,
    Field::LatencyUs,
    Field::Stage,
    Field::Level,
    Field::UserAgent,
    Field::AuditId,
];

/// The fields, and the names of their columns.
pub(super) type Columns = Vec<(Field, String)>;

/// The columns that are asked for; with a question that has an answer, its column last.
pub(super) fn columns(args: &LogArgs) -> Result<Columns, Failure> {
    let named = |field: Field| (field, field.name().to_owned());
    if args.fields.is_empty() {
        let fields = if args.output == LogFormat::Wide { &WIDE[..] } else { &TABLE[..] };
        return Ok(fields.iter().copied().map(named).collect());
    }
    let mut columns = vec![];
    for name in &args.fields {
        match name.as_str() {
            "all" => columns.extend(Field::wide().map(named)),
            "guance" => columns.extend(GUANCE.map(|(name, field)| (field, name.to_owned()))),
            name => columns.push((Field::from_name(name)?, name.to_owned())),
        }
    }
    Ok(columns)
}

/// The fields that Guance's integration extracts, under its names.
pub(super) const GUANCE: [(&str, Field); 11] = [
    ("kind", Field::Kind),
    ("level", Field::Level),
    ("stage", Field::Stage),
    ("verb", Field::Verb),
    ("auditID", Field::AuditId),
    ("username", Field::User),
    ("responseCode", Field::Code),
    ("status", Field::Status),
    ("sourceIP_0", Field::Ip),
    ("namespace", Field::Namespace),
    ("node", Field::Name),
];
