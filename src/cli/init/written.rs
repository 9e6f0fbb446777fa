//! What is said of a policy that was written.

use std::path::Path;

use crate::cli::environment::Environment;
use crate::cli::ui::Ui;
use crate::settings::POLICY_PATH;
use crate::shell;
use crate::template::Template;

/// Says what was written and what comes next.
pub(super) fn report(template: &Template, out: &Path, environment: &Environment, ui: &mut Ui) {
    ui.say(&format!("Wrote the policy {} to {}.", template.name, out.display()));
    ui.say(&next(out, environment));
}

/// What to type next: where the policy is decides what flags `enable` needs.
pub(super) fn next(out: &Path, environment: &Environment) -> String {
    let path = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let enable = if path == Path::new(POLICY_PATH) {
        "enable".to_owned()
    } else {
        format!("enable --policy {}", shell::word(out))
    };
    format!(
        "Next, on the control-plane node:\n  {}\n  {}",
        environment.command(&format!("lint {}", shell::word(out))),
        environment.root_command(&enable)
    )
}
