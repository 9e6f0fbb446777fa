//! One question to the API server.

use std::time::Duration;

use ureq::tls::TlsConfig;

use super::Endpoint;
use super::credentials::Credentials;

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
    let mut told = readiness(get(endpoint, "/readyz", None, None));
    for own in credentials {
        if !matches!(told, Readiness::Alive(_)) {
            break;
        }
        if let ready @ Readiness::Ready = readiness(get(endpoint, "/readyz", Some(own), None)) {
            told = ready;
        }
    }
    told
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

/// The server's certificate is not checked: the question carries no secret, the answer is used only
/// as a sign of life, and a certificate that has expired is no reason to call a server dead. The key
/// of a client certificate never leaves this process.
fn get(
    endpoint: Endpoint,
    path: &str,
    credentials: Option<&Credentials>,
    audit_id: Option<&str>,
) -> Result<u16, String> {
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
    let answer = request.call().map_err(|error| error.to_string())?;
    Ok(answer.status().as_u16())
}
