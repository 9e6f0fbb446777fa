//! Where the API server of a manifest listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::manifest::Manifest;

/// Where an API server listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// Address and port, as its own node reaches it.
    pub address: SocketAddr,
}

/// `--secure-port` of an API server that is not given one.
const DEFAULT_PORT: u16 = 6443;

impl Endpoint {
    /// Returns where the API server of this manifest listens, as its own node reaches it.
    ///
    /// Unspecified addresses (`0.0.0.0`, `::`, an unset or unreadable flag) are reached through
    /// loopback. An unreadable port is taken as the default: the server does not start with it.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        Self::of_flags(manifest.flag("bind-address"), manifest.flag("secure-port"))
    }

    fn of_flags(bind_address: Option<&str>, secure_port: Option<&str>) -> Self {
        let port = secure_port.and_then(|port| port.parse().ok()).unwrap_or(DEFAULT_PORT);
        let address = match bind_address.and_then(|address| address.parse::<IpAddr>().ok()) {
            Some(IpAddr::V4(address)) if !address.is_unspecified() => IpAddr::V4(address),
            Some(IpAddr::V6(address)) if !address.is_unspecified() => IpAddr::V6(address),
            Some(IpAddr::V6(_)) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            _ => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        Self { address: SocketAddr::new(address, port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unspecified_addresses_are_reached_through_loopback() {
        let at = |bind, port| Endpoint::of_flags(bind, port).address.to_string();
        assert_eq!(at(None, None), "127.0.0.1:6443");
        assert_eq!(at(Some("0.0.0.0"), Some("8443")), "127.0.0.1:8443");
        assert_eq!(at(Some("::"), None), "[::1]:6443");
        assert_eq!(at(Some("10.0.0.7"), Some("443")), "10.0.0.7:443");
    }
}
