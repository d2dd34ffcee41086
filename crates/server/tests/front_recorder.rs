//! `--recorder URL`: what the dashboard needs of a Recorder goes through, and nothing else does.
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

mod broker_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ws::{Message as WsMessage, WebSocketUpgrade};
use axum::http::{HeaderMap, Request, Response, StatusCode, Uri};
use axum::routing::any;
use broker_support::{guarded, soon};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, stream};
use http_body_util::BodyExt;
use owntracks_dashboard::front;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Error, Message};
use tower::ServiceExt;

/// A stand-in Recorder below `/owntracks/`, and the number of requests it got.
async fn recorder() -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answer = move |uri: Uri, headers: HeaderMap, body: Bytes| async move {
        count.fetch_add(1, Ordering::SeqCst);
        let user = headers.get("x-limit-u").map_or("-", |value| value.to_str().unwrap());
        let cookie = if headers.contains_key("cookie") { "with a cookie" } else { "without" };
        let text = format!("{uri} {user} {cookie} {}", String::from_utf8(body.to_vec()).unwrap());
        ([("content-type", "application/json"), ("server", "secret/1.0")], text)
    };
    let echo = |upgrade: WebSocketUpgrade| async {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(message)) = socket.next().await {
                if let WsMessage::Text(text) = message {
                    socket.send(WsMessage::text(format!("{text}!"))).await.unwrap();
                    socket.send(WsMessage::Text(text)).await.unwrap();
                }
            }
        })
    };
    let routes = Router::new().route("/ws/last", any(echo)).fallback(answer);
    let address = serve(Router::new().nest("/owntracks", routes)).await;
    (format!("http://{address}/owntracks/"), asked)
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn ask(front: &Router, request: Request<Body>) -> (StatusCode, Response<Body>) {
    let response = soon(front.clone().oneshot(request)).await.unwrap();
    (response.status(), response)
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "localhost").header("cookie", "session=1").body(Body::empty()).unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(soon(response.into_body().collect()).await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn questions_and_publishes_go_through() {
    let (url, _) = recorder().await;
    let front = guarded(front::recorder(&url).unwrap());
    let (status, answer) = ask(&front, get("/api/0/last?user=a%20b&fields=lat,lon")).await;
    assert_eq!(status, 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(!answer.headers().contains_key("server"));
    assert!(text(answer).await.starts_with("/api/0/last?user=a%20b&fields=lat,lon - without "));

    let publish = Request::post("/pub?u=a&d=b")
        .header("host", "localhost")
        .header("x-limit-u", "alice")
        .body("{}".into())
        .unwrap();
    let (status, answer) = ask(&front, publish).await;
    assert_eq!((status, text(answer).await.as_str()), (StatusCode::OK, "/pub?u=a&d=b alice without {}"));
}

#[tokio::test]
async fn nothing_else_does() {
    let (url, asked) = recorder().await;
    let front = guarded(front::recorder(&url).unwrap());
    for path in [
        "/api/0/kill?user=a&device=b",
        "/api/0/KILL",
        "/api/0/last/../kill",
        "/api/0/last%2f..%2fkill",
        "/api/0//kill",
        "/api/0/q",
        "/api/0/",
        "/block",
        "/",
        "/static/apikey.js",
    ] {
        assert_eq!(ask(&front, get(path)).await.0, 404, "{path}");
    }
    let delete = Request::delete("/api/0/last").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(ask(&front, delete).await.0, 405);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn answers_are_passed_on_while_they_still_come() {
    let more = Arc::new(Semaphore::new(0));
    let permits = Arc::clone(&more);
    let slow = move || async move {
        let chunks = stream::unfold((0, permits), |(sent, permits)| async move {
            if sent == 1 {
                permits.acquire().await.unwrap().forget();
            }
            (sent < 2).then(|| (Ok::<_, Error>(Bytes::from_static(b"part")), (sent + 1, permits)))
        });
        Body::from_stream(chunks)
    };
    let address = serve(Router::new().fallback(slow)).await;
    let front = guarded(front::recorder(&format!("http://{address}")).unwrap());
    let mut body = ask(&front, get("/api/0/locations")).await.1.into_body();
    let first = soon(body.frame()).await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, "part", "before the Recorder has finished");
    more.add_permits(1);
    let rest = soon(body.collect()).await.unwrap().to_bytes();
    assert_eq!(rest, "part");
}

#[tokio::test]
async fn live_pushes_go_both_ways() {
    let (url, _) = recorder().await;
    let front = serve(guarded(front::recorder(&url).unwrap())).await;
    let (mut page, answer) = soon(connect_async(format!("ws://{front}/ws/last"))).await.unwrap();
    assert!(!answer.headers().contains_key("sec-websocket-protocol"));
    page.send(Message::text("LAST")).await.unwrap();
    assert_eq!(soon(page.next()).await.unwrap().unwrap(), Message::text("LAST!"));
    assert_eq!(soon(page.next()).await.unwrap().unwrap(), Message::text("LAST"));
}

#[tokio::test]
async fn a_recorder_that_is_not_there_is_a_bad_gateway() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let front = guarded(front::recorder(&format!("http://127.0.0.1:{port}")).unwrap());
    assert_eq!(ask(&front, get("/api/0/last")).await.0, 502);
    let front = serve(front).await;
    let refused = soon(connect_async(format!("ws://{front}/ws/last"))).await;
    assert!(matches!(refused, Err(Error::Http(answer)) if answer.status() == 502));
}
