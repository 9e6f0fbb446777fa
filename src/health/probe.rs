//! One question to the API server: is it ready?

use std::time::Duration;

use ureq::tls::TlsConfig;

use super::Endpoint;

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

/// How long one question may take: the HTTP timeout of OpenShift's start-up monitor.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Asks the API server at `endpoint` whether it is ready.
///
/// The server's certificate is not checked: the question carries no secret, the answer is used only
/// as a sign of life, and a certificate that has expired is no reason to call a server dead.
#[must_use]
pub fn readyz(endpoint: Endpoint) -> Readiness {
    let tls = TlsConfig::builder().disable_verification(true).build();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into();
    match agent.get(format!("https://{}/readyz", endpoint.address)).call() {
        Ok(response) => match response.status().as_u16() {
            200 => Readiness::Ready,
            status @ (401 | 403) => Readiness::Alive(status),
            status => Readiness::NotReady(status),
        },
        Err(error) => Readiness::Unreachable(error.to_string()),
    }
}
