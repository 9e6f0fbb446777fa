//! One question to the API server.

use std::io;
use std::time::Duration;

use ureq::Body;
use ureq::http::Response;
use ureq::tls::TlsConfig;

use super::credentials::Credentials;
use crate::auditing::Endpoint;

/// What one `/readyz` request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// It answered 200.
    Ready,
    /// It answered 401 or 403: it lives, and does not tell strangers more.
    Alive(u16),
    /// It answered something else, such as 500 while it starts or stops.
    NotReady(u16),
    /// Nothing answered; why.
    Unreachable(String),
}

impl Readiness {
    /// Returns whether a server answered that is up: ready, or unwilling to tell a stranger.
    #[must_use]
    pub fn lives(&self) -> bool {
        matches!(self, Self::Ready | Self::Alive(_))
    }
}

/// How long one question may take: the HTTP timeout of OpenShift's start-up monitor.
const TIMEOUT: Duration = Duration::from_secs(4);

/// The header whose value the server takes for the id of a request's events
/// (Go: `auditinternal.HeaderAuditID`).
const AUDIT_ID: &str = "Audit-ID";

/// Asks the API server at `endpoint` whether it is ready, first as a stranger, then with each of the
/// `credentials` until one may know.
#[must_use]
pub fn readyz(endpoint: Endpoint, credentials: &[Credentials]) -> Readiness {
    let mut readiness_answer = readiness(get(endpoint, "/readyz", None, None));
    for own in credentials {
        if !matches!(readiness_answer, Readiness::Alive(_)) {
            break;
        }
        // `500` is an answer too: a server that starts tells it to `system:masters` first.
        let answer = readiness(get(endpoint, "/readyz", Some(own), None));
        if let Readiness::Ready | Readiness::NotReady(_) = answer {
            readiness_answer = answer;
        }
    }
    readiness_answer
}

/// Returns whether a server that was ready before has begun to stop, while its process still runs: it
/// accepts no connection any more, or names `shutdown` as the check that fails, as it does all through
/// its `--shutdown-delay-duration` (Go: `lifecycleSignals.ShutdownInitiated`).
///
/// Unlike the kubelet's journal it says so at every log level, and within a second.
#[must_use]
pub fn is_stopping(endpoint: Endpoint) -> bool {
    match call(endpoint, "/readyz", None, None) {
        Ok(mut answer) if answer.status() == 500 => {
            answer.body_mut().read_to_string().is_ok_and(|body| body.contains("[-]shutdown"))
        }
        Err(ureq::Error::Io(error)) => error.kind() == io::ErrorKind::ConnectionRefused,
        _ => false,
    }
}

fn readiness(answer: Result<u16, String>) -> Readiness {
    match answer {
        Ok(200) => Readiness::Ready,
        Ok(status @ (401 | 403)) => Readiness::Alive(status),
        Ok(status) => Readiness::NotReady(status),
        Err(why) => Readiness::Unreachable(why),
    }
}

/// Sends a request that changes nothing, as a stranger, under an id of our own. What it answers does
/// not matter: refused requests are recorded too.
///
/// # Errors
///
/// Why nothing answered.
pub fn ask(endpoint: Endpoint, path: &str, audit_id: &str) -> Result<u16, String> {
    get(endpoint, path, None, Some(audit_id))
}

fn get(
    endpoint: Endpoint,
    path: &str,
    credentials: Option<&Credentials>,
    audit_id: Option<&str>,
) -> Result<u16, String> {
    let answer = call(endpoint, path, credentials, audit_id).map_err(|error| error.to_string())?;
    Ok(answer.status().as_u16())
}

/// The server's certificate is not checked: the question carries no secret, the answer is used only
/// as a sign of life, and a certificate that has expired is no reason to call a server dead. The key
/// of a client certificate never leaves this process.
fn call(
    endpoint: Endpoint,
    path: &str,
    credentials: Option<&Credentials>,
    audit_id: Option<&str>,
) -> Result<Response<Body>, ureq::Error> {
    let tls = TlsConfig::builder()
        .disable_verification(true)
        .client_cert(credentials.map(Credentials::client_cert))
        .build();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into();
    let mut request = agent.get(format!("https://{}{path}", endpoint.address));
    if let Some(id) = audit_id {
        request = request.header(AUDIT_ID, id);
    }
    request.call()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_port_that_is_closed_is_a_server_that_stops_and_one_that_says_nothing_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = Endpoint { address: listener.local_addr().unwrap() };
        let server = std::thread::spawn(move || drop(listener.accept().unwrap()));
        assert!(!is_stopping(endpoint), "it accepted the connection and closed it");
        server.join().unwrap();
        assert!(is_stopping(endpoint));
    }
}
