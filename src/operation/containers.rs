//! Stopping a container that lingers, through whatever runs containers here.

use std::path::Path;
use std::time::Duration;

use crate::host::{FileKind, Host};

/// Where container runtimes listen, the usual one first.
const SOCKETS: [&str; 4] = [
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/k3s/containerd/containerd.sock",
];
/// crictl's own configuration names the endpoint.
const CRICTL: &str = "/etc/crictl.yaml";
/// A container is given its grace period, and a bit more.
const PROGRAM_TIMEOUT: Duration = Duration::from_secs(60);

/// Returns crictl with the endpoint it needs here: none where its configuration or environment says
/// it, or where nothing is found.
#[must_use]
pub(super) fn crictl(host: &dyn Host) -> Vec<String> {
    let exists = |path: &&&str| host.stat(Path::new(path)).is_ok_and(|stat| stat.is_some());
    let configured = host
        .stat(Path::new(CRICTL))
        .is_ok_and(|stat| stat.is_some_and(|stat| stat.kind == FileKind::File));
    let socket = SOCKETS.iter().find(exists).filter(|_| !configured);
    let endpoint = socket.map(|socket| format!("--runtime-endpoint=unix://{socket}"));
    ["crictl".to_owned()].into_iter().chain(endpoint).collect()
}

/// Stops every container of the API server that runs: the kubelet starts a new one. Returns how many.
///
/// # Errors
///
/// What crictl and docker said.
pub(super) fn stop_containers(host: &dyn Host, container: &str) -> Result<usize, String> {
    let crictl = crictl(host);
    let crictl: Vec<&str> = crictl.iter().map(String::as_str).collect();
    let name = format!("^{container}$");
    let of_crictl =
        stop_each(host, &[&crictl, &["ps", "--name", &name, "-q"][..]].concat(), |id| {
            [&crictl[..], &["stop", id]].concat().into_iter().map(str::to_owned).collect()
        });
    of_crictl.or_else(|why| {
        let filter = format!("name=k8s_{container}_");
        stop_each(host, &["docker", "ps", "--filter", &filter, "-q"], |id| {
            ["docker", "stop", id].map(str::to_owned).to_vec()
        })
        .map_err(|docker| format!("{why}; {docker}"))
    })
}

fn stop_each(
    host: &dyn Host,
    list: &[&str],
    stop: impl Fn(&str) -> Vec<String>,
) -> Result<usize, String> {
    let ids = run(host, list)?;
    let ids: Vec<&str> = ids.split_whitespace().collect();
    for id in &ids {
        let words = stop(id);
        run(host, &words.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    Ok(ids.len())
}

fn run(host: &dyn Host, words: &[&str]) -> Result<String, String> {
    let [program, arguments @ ..] = words else { return Ok(String::new()) };
    let ran = host.run(program, arguments, PROGRAM_TIMEOUT).map_err(|error| error.to_string())?;
    if ran.succeeded {
        return Ok(ran.output);
    }
    let why = ran.complaint.lines().last().unwrap_or("it failed").to_owned();
    Err(format!("{program}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Fake, ProgramOutput};

    fn answers(output: &str) -> ProgramOutput {
        ProgramOutput { succeeded: true, output: output.to_owned(), ..ProgramOutput::default() }
    }

    #[test]
    fn every_container_of_the_server_is_stopped_through_the_socket_that_is_there() {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put("/run/crio/crio.sock", "", 0o600);
            machine.answer("crictl", answers("one\ntwo\n"));
        });
        assert_eq!(stop_containers(&fake, "kube-apiserver"), Ok(2));
        let endpoint = "crictl --runtime-endpoint=unix:///run/crio/crio.sock";
        assert_eq!(
            fake.with(|machine| machine.called().to_vec()),
            [
                format!("{endpoint} ps --name ^kube-apiserver$ -q"),
                format!("{endpoint} stop one"),
                format!("{endpoint} stop two"),
            ]
        );
    }

    #[test]
    fn docker_is_asked_where_crictl_fails() {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.answer(
                "crictl",
                ProgramOutput { complaint: "no endpoint".to_owned(), ..ProgramOutput::default() },
            );
            machine.answer("docker", answers("one\n"));
        });
        assert_eq!(stop_containers(&fake, "kube-apiserver"), Ok(1));
        let called = fake.with(|machine| machine.called().to_vec());
        assert_eq!(called.last().map(String::as_str), Some("docker stop one"));
    }

    #[test]
    fn crictls_own_configuration_counts() {
        let fake = Fake::new();
        fake.with(|machine| {
            machine.put("/run/containerd/containerd.sock", "", 0o600);
            machine.put(CRICTL, "runtime-endpoint: unix:///x.sock\n", 0o644);
        });
        assert_eq!(crictl(&fake), ["crictl"]);
    }
}
