//! The `kubectl-audit` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(kubectl_audit::cli::main(std::env::args_os()) as u8)
}
