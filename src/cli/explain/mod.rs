//! `explain`: which rule decides a request, and why the others do not.

mod answers;
mod json;
mod question;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::environment::Environment;
use super::node::Format;
use super::policy_file::{self, PolicyFile};
use super::{Exit, Failure, args, ui::Ui};
use crate::view::explanation::explanation;
use audit_policy::api::Version;
use audit_policy::policy;
use audit_policy::policy::Explanation;
use audit_policy::request;
use audit_policy::request::CanI;
use audit_policy::request::LoggedRequest;
use audit_policy::request::NamespaceChoice;
use audit_policy::request::User;
use question::ExplainQuestion;

/// Show which rule decides a request, and why the others do not
///
/// Asks as `kubectl auth can-i` does: `explain delete pods/web-0 -n prod --as alice`,
/// `explain create pods/exec`, `explain get /healthz`. For a command of kubectl, such as
/// `explain exec web`, it shows the requests that the command sends.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The verb: get, list, watch, create, update, patch, delete, deletecollection
    #[arg(required_unless_present_any = ["event", "requests"])]
    verb: Option<String>,
    /// The resource as kubectl takes it: pods, deploy.apps/web, pods web-0, pods/exec; or a path
    #[arg(value_name = "RESOURCE", required_unless_present_any = ["event", "requests"])]
    targets: Vec<String>,
    /// The namespace; without it `default`
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    /// All namespaces
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    all_namespaces: bool,
    /// The subresource, such as exec, log or status
    #[arg(long, value_name = "SUBRESOURCE", default_value = "", hide_default_value = true)]
    subresource: String,
    /// The user; gets the groups that every such user has
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// A group of the user; may be given again
    #[arg(long = "as-group", value_name = "GROUP")]
    groups: Vec<String>,
    /// A request whose authentication failed, which the server answers with 401
    #[arg(long, conflicts_with_all = ["user", "groups"])]
    no_user: bool,
    /// Explain recorded audit events, in JSON; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ASKING)]
    event: Option<PathBuf>,
    /// Answer many requests, one JSON object on each line; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ASKING, conflicts_with = "event")]
    requests: Option<PathBuf>,
    /// The policy, or a file that holds it; without it the policy that the API server's manifest
    /// names, else /etc/kubernetes/audit/policy.yaml
    #[arg(short = 'f', long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The version of the API server, such as 1.31; without it the newest
    #[arg(long = "for", value_name = "VERSION", value_parser = args::version)]
    version: Option<Version>,
    /// Format of the result; jsonl is a decision on each line
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<ExplainFormat>,
}

/// The arguments that make up a request.
const ASKING: [&str; 8] =
    ["verb", "targets", "namespace", "all_namespaces", "subresource", "user", "groups", "no_user"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    Text,
    Json,
    Yaml,
    Jsonl,
}

/// Explains what was asked for; a question is never a finding, so this ends with 0 or 2.
pub(super) fn run(
    args: &ExplainArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    refuse_one_input_for_two(args)?;
    let file = PolicyFile::read(args.policy.as_deref(), args.version, environment, ui)?;
    if let Some(path) = &args.requests {
        if matches!(
            args.output,
            Some(ExplainFormat::Text | ExplainFormat::Json | ExplainFormat::Yaml)
        ) {
            return Err(Failure::refused("--requests is answered with -o jsonl only"));
        }
        answers::answer_all(&file, path, ui)?;
        return Ok(Exit::Done);
    }
    let questions = match &args.event {
        Some(path) => of_events(path, &file)?,
        None => args.questions()?,
    };
    let policy = file.accepted.policy();
    let answers: Vec<(ExplainQuestion, Explanation)> = questions
        .into_iter()
        .map(|question| {
            let why = policy::explain(policy, &question.request, file.version);
            (question, why)
        })
        .collect();
    show(&file, &answers, args.output.unwrap_or(ExplainFormat::Text), ui)?;
    Ok(Exit::Done)
}

fn refuse_one_input_for_two(args: &ExplainArgs) -> Result<(), Failure> {
    let is_stdin = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
    if is_stdin(&args.policy) && (is_stdin(&args.event) || is_stdin(&args.requests)) {
        return Err(Failure::refused("standard input cannot be the policy and the requests"));
    }
    Ok(())
}

fn show(
    file: &PolicyFile,
    answers: &[(ExplainQuestion, Explanation)],
    format: ExplainFormat,
    ui: &mut Ui,
) -> Result<(), Failure> {
    let document = match format {
        ExplainFormat::Json => Some(Format::Json),
        ExplainFormat::Yaml => Some(Format::Yaml),
        ExplainFormat::Text | ExplainFormat::Jsonl => None,
    };
    if let Some(format) = document {
        ui.result(&format.document(&json::report(file, answers)));
        return Ok(());
    }
    for (number, (question, why)) in answers.iter().enumerate() {
        if format == ExplainFormat::Text && number > 0 {
            ui.result("\n");
        }
        question.notes.iter().for_each(|note| ui.say(&format!("note: {note}")));
        ui.result(&if format == ExplainFormat::Text {
            explanation(&file.name, &file.accepted, &question.request, why)
        } else {
            serde_json::to_string(&why.decision)? + "\n"
        });
    }
    Ok(())
}

impl ExplainArgs {
    fn questions(&self) -> Result<Vec<ExplainQuestion>, Failure> {
        let verb = self.verb.as_deref().unwrap_or_default();
        let (wanted, first_note) = request::requests_of(verb, &self.targets, &self.subresource)
            .map_err(Failure::refused)?;
        let mut said_who = false;
        let question = |(number, wanted): (usize, &request::RequestWords)| {
            let ask = CanI { scope: self.scope(), ..wanted.ask() };
            let request::AssumedRequest { mut request, mut notes } = request::ask(ask)?;
            request.user = self.user();
            let is_unnamed = self.user.is_none() && !self.no_user;
            if is_unnamed && !std::mem::replace(&mut said_who, true) {
                notes.push(
                    "no user given, so rules for named users do not apply (--as NAME)".into(),
                );
            }
            if let Some(note) = first_note.as_ref().filter(|_| number == 0) {
                notes.insert(0, note.clone());
            }
            Ok(ExplainQuestion { request, notes })
        };
        wanted.iter().enumerate().map(question).collect()
    }

    fn user(&self) -> Option<User<'static>> {
        let name = self.user.as_deref().unwrap_or_default();
        (!self.no_user).then(|| request::user(name, &self.groups))
    }

    fn scope(&self) -> NamespaceChoice<'_> {
        match &self.namespace {
            Some(namespace) => NamespaceChoice::Namespace(namespace),
            None if self.all_namespaces => NamespaceChoice::All,
            None => NamespaceChoice::Unsaid,
        }
    }
}

/// The requests of recorded events: one JSON value after the other, lists of events included.
fn of_events(path: &Path, file: &PolicyFile) -> Result<Vec<ExplainQuestion>, Failure> {
    let text = policy_file::read(path)?;
    let mut questions = vec![];
    for value in serde_json::Deserializer::from_slice(&text).into_iter::<Value>() {
        let refused = |what: &dyn std::fmt::Display| {
            Failure::refused(format!("{}: {what}", policy_file::name(path)))
        };
        let value = value.map_err(|error| refused(&error))?;
        let events = match &value["items"] {
            Value::Array(events) => &events[..],
            _ => std::slice::from_ref(&value),
        };
        for event in events {
            let recorded = request::recorded(event).map_err(|error| refused(&error))?;
            questions.push(of_event(recorded, file));
        }
    }
    if questions.is_empty() {
        return Err(Failure::refused(format!("{}: there is no event", policy_file::name(path))));
    }
    Ok(questions)
}

fn of_event(recorded: LoggedRequest, file: &PolicyFile) -> ExplainQuestion {
    let LoggedRequest { request, level, mut notes } = recorded;
    let now = policy::decide(file.accepted.policy(), &request, file.version).level;
    if let Some(level) = level.filter(|level| *level != now) {
        notes.push(format!("it was recorded at {level}; this policy says {now}"));
    }
    if level.is_some_and(|level| level < now) {
        notes.push("what a higher level would have kept, an event cannot tell".to_owned());
    }
    notes.push("an event does not name the rule by which it was recorded".to_owned());
    ExplainQuestion { request, notes }
}
