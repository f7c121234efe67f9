use std::{fmt, fs, path::Path};

use rustls::pki_types::{CertificateDer, pem::PemObject};
use settings::{SettingError, Variables};

/// The certificate authorities that are trusted to identify a server.
#[derive(Clone, Default)]
pub enum Trust {
    /// Those of Mozilla's root programme. They are parsed and compiled in at build time: nothing is read at a cold
    /// start.
    #[default]
    Bundled,
    /// Only these authorities.
    Only(Vec<CertificateDer<'static>>),
}

impl Trust {
    /// Reads `AWS_CA_BUNDLE`, the path of a PEM file with certificates that replace the bundled ones.
    ///
    /// Source: "General configuration settings" in the AWS SDKs and Tools reference guide.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] when the file cannot be read, has no certificate, or has a malformed one.
    pub fn new(variables: &Variables) -> Result<Self, SettingError> {
        Ok(variables.optional("AWS_CA_BUNDLE", certificates)?.map_or(Self::Bundled, Self::Only))
    }
}

fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = fs::read(Path::new(path)).map_err(|error| error.to_string())?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err("expected certificates in PEM".to_owned()),
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled => f.write_str("Bundled"),
            Self::Only(certificates) => write!(f, "Only({} certificates)", certificates.len()),
        }
    }
}
