//! Who is at the other end.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::settings::Network;
use super::state::AppState;

/// The address that a request came from: the connection's, or what a trusted proxy says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

impl FromRequestParts<AppState> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
            peer.ip()
        });
        Ok(Client(client(
            peer,
            &parts.headers,
            &state.settings().trusted_proxies,
        )))
    }
}

/// Reads `X-Forwarded-For` from its end for as long as whoever wrote the entry is trusted: what stands before the first
/// stranger anybody can have written.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    let said = headers.get_all("x-forwarded-for").iter();
    let said: Vec<&str> = said
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .collect();
    for address in said.into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        match address.trim().parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let check = |peer: &str, said: &str, expected: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", said.parse().expect("a header"));
            let trusted =
                ["127.0.0.1", "10.0.0.0/8"].map(|n| Network::parse(n).expect("a network"));
            let found = client(peer.parse().expect("an address"), &headers, &trusted);
            assert_eq!(found.to_string(), expected);
        };
        check("127.0.0.1", "203.0.113.9", "203.0.113.9");
        check("203.0.113.9", "198.51.100.1", "203.0.113.9");
        check("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9");
        check(
            "127.0.0.1",
            "198.51.100.1, 203.0.113.9, 10.0.0.7",
            "203.0.113.9",
        );
        check("127.0.0.1", "nonsense", "127.0.0.1");
        check("::ffff:127.0.0.1", "2001:db8::1", "2001:db8::1");
    }
}
