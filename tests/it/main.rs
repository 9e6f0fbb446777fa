//! All tests that need the whole program or several rooms of it, one module a room: one binary, so that the
//! library is linked once.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests, which run programs, read files and say what they skip"
)]

mod algebra;
mod all_nodes;
mod apply;
mod architecture;
mod cluster;
mod cmd;
mod compiled;
mod crash;
mod dead_man;
mod diagnosis;
mod doctor;
mod expectations;
mod explain;
mod export;
mod flags;
mod gce;
mod golden;
mod krew;
mod kubeadm;
mod kubectl;
mod kubelet;
mod lint;
mod lint_files;
mod manifest;
mod node;
mod oracle;
mod proof;
mod rollback;
mod round_trip;
mod sandbox;
mod sarif;
mod seeds;
mod stages;
mod templates;
mod vectors;
mod words;
