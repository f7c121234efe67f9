use std::{io, net::TcpStream, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A certificate authority of the test's own, and the certificate that it gave to the servers on 127.0.0.1.
pub struct Authority {
    /// Its certificate, in PEM: what a client has to trust.
    pub pem: String,
    server: Arc<ServerConfig>,
}

impl Authority {
    /// Makes keys and certificates; none is ever stored.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes keys")]
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key can be made");
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.distinguished_name.push(DnType::CommonName, "Latchkey tests");
        let pem = root.self_signed(&key).expect("a certificate can be signed").pem();
        let server_key = KeyPair::generate().expect("a key can be made");
        let leaf = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()]).expect("names");
        let leaf = leaf.signed_by(&server_key, &Issuer::new(root, key)).expect("a certificate can be signed");
        let server_key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
        let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has ciphers for them")
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], server_key)
            .expect("the key is the certificate's");
        Self { pem, server: Arc::new(server) }
    }

    /// Makes the server's side of a TLS connection.
    pub(crate) fn secures(&self) -> impl Fn(TcpStream) -> io::Result<StreamOwned<ServerConnection, TcpStream>> + use<> {
        let server = Arc::clone(&self.server);
        move |stream| {
            let connection = ServerConnection::new(Arc::clone(&server)).map_err(io::Error::other)?;
            Ok(StreamOwned::new(connection, stream))
        }
    }
}
