use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::Trust;

/// The TLS configuration: versions 1.2 and 1.3 with *ring*, and the authorities in `trust`.
///
/// # Errors
///
/// An [`rustls::Error`] when the provider has no cipher for these versions. *ring* has some.
pub(crate) fn client_config(trust: Trust) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    match trust {
        Trust::Bundled => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Trust::Only(certificates) => {
            roots.add_parsable_certificates(certificates);
        }
    }
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
