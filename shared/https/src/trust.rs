use std::{fmt, fs, path::Path};

use rustls::pki_types::{CertificateDer, pem::PemObject};
use settings::{SettingError, Variables};

/// Whose word is taken for who a server is.
#[derive(Clone, Default)]
pub enum Trust {
    /// Mozilla's programme, compiled in: parsed when the function is built, and nothing is read at a cold start.
    #[default]
    Bundled,
    /// These authorities and no other.
    Only(Vec<CertificateDer<'static>>),
}

impl Trust {
    /// Reads `AWS_CA_BUNDLE`, a file of certificates in PEM, which replaces the bundled ones.
    ///
    /// Source: "General configuration settings" in the AWS SDKs and Tools reference guide.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] when the file cannot be read, holds no certificate, or one that is broken.
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
