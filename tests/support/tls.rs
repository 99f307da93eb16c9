//! A TLS client, and certificates for servers under test.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use rcgen::{CertificateParams, KeyPair};
use time::OffsetDateTime;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ALL_VERSIONS, ClientConfig, RootCertStore, SupportedProtocolVersion,
        crypto::ring::default_provider,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
        version::TLS12,
    },
};

use super::{
    http::{Request, Response},
    within,
};

/// A certificate with its key, as PEM.
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Pair {
    /// For these names, from some days before now to some days after it.
    pub(crate) fn new(names: &[&str], days: (i64, i64)) -> Self {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        let now = OffsetDateTime::now_utc();
        (params.not_before, params.not_after) =
            (now + time::Duration::days(days.0), now + time::Duration::days(days.1));
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// For the loopback address, and valid now.
    pub(crate) fn good() -> Self {
        Self::new(&["127.0.0.1"], (-1, 10))
    }

    /// Writes `cert.pem` and `key.pem`.
    pub(crate) fn write(&self, folder: &Path) {
        fs::write(folder.join("cert.pem"), &self.certificate).unwrap();
        fs::write(folder.join("key.pem"), &self.key).unwrap();
    }
}

/// A client that trusts only this certificate, and offers these protocols.
pub(crate) fn client(certificate: &str, protocols: &[&str]) -> TlsConnector {
    client_of(certificate, protocols, ALL_VERSIONS)
}

/// The same for a client from before TLS 1.3.
pub(crate) fn client_of_tls_1_2(certificate: &str) -> TlsConnector {
    client_of(certificate, &[], &[&TLS12])
}

fn client_of(certificate: &str, protocols: &[&str], versions: &[&'static SupportedProtocolVersion]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_protocol_versions(versions).unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

/// An encrypted connection. The error is the reason for which there is none.
pub(crate) async fn connect(
    client: &TlsConnector,
    address: SocketAddr,
) -> Result<TlsStream<TcpStream>, std::io::Error> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    within("the handshake", client.connect(ServerName::from(address.ip()), stream)).await
}

/// Sends the request over an encrypted connection, and reads the whole response.
pub(crate) async fn send(client: &TlsConnector, address: SocketAddr, request: &Request) -> Response {
    let mut stream = connect(client, address).await.unwrap();
    within(&format!("an answer to {request:?}"), async {
        stream.write_all(request.bytes(address).as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        // Some servers end the connection without a goodbye.
        let _ = stream.read_to_end(&mut bytes).await;
        Response::parse(&bytes)
    })
    .await
}

/// An address that encrypts what is sent to it, and sends it on to a server. With it, clients without TLS reach the server.
pub(crate) async fn tunnel(client: TlsConnector, server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut plain, _)) = listener.accept().await {
            let client = client.clone();
            tokio::spawn(async move {
                let mut encrypted = connect(&client, server).await.unwrap();
                let _ = copy_bidirectional(&mut plain, &mut encrypted).await;
            });
        }
    });
    address
}
