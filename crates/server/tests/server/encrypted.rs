//! TLS by certificate files: https, and MQTT over TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use owntracks_dashboard::settings::{MqttListen, Role, Settings};
use owntracks_dashboard::tls::CertificateFiles;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::household::{credential, found};
use crate::support::{Running, fixtures, settings};

fn with_tls(data: &std::path::Path) -> Settings {
    let files = fixtures().join("tls");
    let any = "127.0.0.1:0".parse().unwrap();
    Settings {
        tls: Some(CertificateFiles {
            certificate: files.join("certificate.pem"),
            key: files.join("key.pem"),
        }),
        role: Role::Alone { mqtt: MqttListen::At(any), mqtts: Some(any), demo: false },
        ..settings(data)
    }
}

async fn connect(address: SocketAddr) -> TlsStream<TcpStream> {
    let certificate = CertificateDer::from_pem_file(fixtures().join("tls/certificate.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let config =
        ClientConfig::builder_with_provider(Arc::new(tokio_rustls::rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

async fn ask(stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin), request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await; // some ends are not polite
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_page_and_mqtt_have_tls() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start_with(with_tls(folder.path())).await;
    found(&server.people).await;
    let mut page = connect(server.address).await;
    let login = "username=bob&password=the+password+of+bob";
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: https://localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{login}",
        login.len()
    );
    let answer = ask(&mut page, &request).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(answer.matches("; Secure").count(), 2, "{answer}");
    let mut plain = TcpStream::connect(server.address).await.unwrap();
    let answer = ask(&mut plain, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(!answer.contains("HTTP/1.1 200"), "no answer without TLS: {answer}");

    let secret = credential(&server.people, "bob", "phone").await;
    for (password, code) in [(secret.as_str(), 0), ("another", 5)] {
        let mut encrypted = connect(server.mqtts_address.unwrap()).await;
        assert_eq!(connect_mqtt(&mut encrypted, password).await, [0x20, 2, 0, code], "over TLS");
        let mut plain = TcpStream::connect(server.mqtt_address).await.unwrap();
        assert_eq!(connect_mqtt(&mut plain, password).await, [0x20, 2, 0, code], "over TCP");
    }
}

/// Says CONNECT as bob, and returns the CONNACK.
async fn connect_mqtt(stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin), password: &str) -> [u8; 4] {
    let mut body = b"\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01p\x00\x03bob".to_vec();
    body.extend([0, u8::try_from(password.len()).unwrap()]);
    body.extend(password.as_bytes());
    stream.write_all(&[&[0x10, u8::try_from(body.len()).unwrap()], &body[..]].concat()).await.unwrap();
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn certificates_that_are_none_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.pem");
    let mut settings = with_tls(folder.path());
    settings.tls.as_mut().unwrap().key = missing;
    let refused = owntracks_dashboard::server::Server::bind(settings).await.err().unwrap();
    assert!(refused.to_string().contains("missing.pem"), "{refused}");
}
