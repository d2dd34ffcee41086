//! TLS by certificate files of the person's own, for HTTPS and MQTT. They are read again when they were renewed.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// A client that has not finished its handshake by then is dropped.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How often it is looked whether a certificate was renewed.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Where certificate and key are, both in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate, then those of the authorities above it.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Takes TLS connections in.
#[derive(Clone)]
pub struct Tls(watch::Receiver<Arc<ServerConfig>>);

impl Tls {
    /// Reads the files, and reads them again whenever they change. Ones that make no sense change nothing.
    ///
    /// # Errors
    /// When a file cannot be read, or certificate and key do not belong together.
    pub async fn open(files: CertificateFiles) -> io::Result<Self> {
        let (sender, receiver) = watch::channel(files.load()?);
        let mut known = files.modified();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    () = sender.closed() => return,
                }
                let modified = files.modified();
                if modified == known {
                    continue;
                }
                known = modified;
                match files.load() {
                    Ok(config) => drop(sender.send_replace(config)),
                    Err(error) => tracing::error!("the renewed certificate: {error}; the old one stays"),
                }
            }
        });
        Ok(Self(receiver))
    }

    /// Begins TLS on a connection.
    ///
    /// # Errors
    /// When the client does not speak TLS, or leaves.
    pub async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let config = self.0.borrow().clone();
        TlsAcceptor::from(config).accept(stream).await
    }
}

impl CertificateFiles {
    fn load(&self) -> io::Result<Arc<ServerConfig>> {
        let named = |path: &PathBuf| {
            let path = path.display().to_string();
            move |reason: String| io::Error::new(io::ErrorKind::InvalidData, format!("{path}: {reason}"))
        };
        let certificates = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| named(&self.certificate)(error.to_string()))?;
        if certificates.is_empty() {
            return Err(named(&self.certificate)("there is no certificate in it".into()));
        }
        let key =
            PrivateKeyDer::from_pem_file(&self.key).map_err(|error| named(&self.key)(error.to_string()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .map_err(|error| named(&self.certificate)(error.to_string()))?;
        Ok(Arc::new(config))
    }

    fn modified(&self) -> [Option<SystemTime>; 2] {
        [&self.certificate, &self.key].map(|path| fs::metadata(path).and_then(|found| found.modified()).ok())
    }
}
