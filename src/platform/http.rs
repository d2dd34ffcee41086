//! Fetching, in the page and in the worker: whole small answers, and long ones piece by piece.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use dashboard_core::model::{HttpAnswer, HttpFailure};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, Request, RequestCredentials, RequestInit, Response,
};

use super::timer::Timer;

#[wasm_bindgen]
extern "C" {
    /// The global `location`, which a window and a worker both have.
    type ScopeLocation;
    #[wasm_bindgen(thread_local_v2, js_name = location)]
    static LOCATION: ScopeLocation;
    #[wasm_bindgen(method, getter)]
    fn origin(this: &ScopeLocation) -> String;
}

/// One transfer that can be stopped, by hand or by silence. Clones stand for the same transfer.
#[derive(Clone)]
pub struct Transfer(Rc<Inner>);

struct Inner {
    controller: AbortController,
    timeout_ms: u32,
    timed_out: Cell<bool>,
    timer: RefCell<Option<Timer>>,
}

impl Transfer {
    /// A transfer that gives up when nothing comes for `timeout_ms`.
    pub fn new(timeout_ms: u32) -> Self {
        let controller = AbortController::new().expect("every browser that runs wasm has AbortController");
        Self(Rc::new(Inner {
            controller,
            timeout_ms,
            timed_out: Cell::new(false),
            timer: RefCell::new(None),
        }))
    }

    /// Stops it. Its future ends with a failure nobody waits for.
    pub fn stop(&self) {
        self.0.timer.take();
        self.0.controller.abort();
    }

    /// Asks for `url`. Resolves when the head of the answer is there, whatever its status.
    pub async fn open(&self, url: &str) -> Result<Response, HttpFailure> {
        self.open_unless(url, None).await
    }

    /// The same; status 304 without a body when it is still the version called `etag`.
    pub async fn open_unless(&self, url: &str, etag: Option<&str>) -> Result<Response, HttpFailure> {
        let options = RequestInit::new();
        if let Some(etag) = etag
            && let Ok(headers) = Headers::new()
            && headers.set("if-none-match", etag).is_ok()
        {
            options.set_headers(&headers);
        }
        self.send(url, &options).await
    }

    /// The whole answer to `url`.
    pub async fn get(&self, url: &str) -> Result<HttpAnswer, HttpFailure> {
        self.whole(self.open(url).await?).await
    }

    /// The whole answer to `text`, posted to `url`. As plain text, whatever it is: other servers than the page's own are then not
    /// asked for permission before.
    pub async fn post(&self, url: &str, text: &str) -> Result<HttpAnswer, HttpFailure> {
        let options = RequestInit::new();
        options.set_method("POST");
        options.set_body(&text.into());
        self.whole(self.send(url, &options).await?).await
    }

    async fn send(&self, url: &str, options: &RequestInit) -> Result<Response, HttpFailure> {
        self.wait_on();
        options.set_signal(Some(&self.0.controller.signal()));
        options.set_credentials(RequestCredentials::SameOrigin);
        // Made here: gloo-net's own builder adds an `&` to every query.
        let request = Request::new_with_str_and_init(url, options).map_err(|_| unreachable(url))?;
        match gloo_net::http::Request::from(request).send().await {
            Ok(response) => Ok(response.into()),
            Err(_) if self.0.timed_out.get() => Err(HttpFailure::TimedOut),
            Err(_) => Err(unreachable(url)),
        }
    }

    async fn whole(&self, response: Response) -> Result<HttpAnswer, HttpFailure> {
        let body = response.array_buffer().map_err(|_| HttpFailure::Broken)?;
        let body = JsFuture::from(body).await.map_err(|_| self.broken())?;
        self.0.timer.take();
        Ok(HttpAnswer { status: response.status(), body: Uint8Array::new(&body).to_vec() })
    }

    /// The next piece of a body; `None` at its end.
    pub async fn next_piece(
        &self,
        body: &ReadableStreamDefaultReader,
    ) -> Result<Option<Uint8Array>, HttpFailure> {
        self.wait_on();
        let step = JsFuture::from(body.read()).await.map_err(|_| self.broken())?;
        let value = Reflect::get(&step, &"value".into()).map_err(|_| HttpFailure::Broken)?;
        if value.is_undefined() {
            self.0.timer.take();
            return Ok(None);
        }
        Ok(Some(value.unchecked_into()))
    }

    /// Winds the clock up again.
    fn wait_on(&self) {
        let weak = Rc::downgrade(&self.0);
        let timer = Timer::after(i64::from(self.0.timeout_ms), move || {
            if let Some(inner) = weak.upgrade() {
                inner.timed_out.set(true);
                inner.controller.abort();
            }
        });
        *self.0.timer.borrow_mut() = Some(timer);
    }

    fn broken(&self) -> HttpFailure {
        if self.0.timed_out.get() { HttpFailure::TimedOut } else { HttpFailure::Broken }
    }
}

/// Browsers do not say why there was no answer; the URL tells what may be the reason.
fn unreachable(url: &str) -> HttpFailure {
    let own_origin = LOCATION.with(ScopeLocation::origin);
    let is_loopback =
        ["http://localhost", "http://127.", "http://[::1]"].iter().any(|it| url.starts_with(it));
    HttpFailure::Unreachable {
        cross_origin: !url.strip_prefix(&own_origin).is_some_and(|rest| rest.starts_with('/')),
        // Browsers let a secure page talk to its own computer.
        mixed_content: own_origin.starts_with("https:") && url.starts_with("http:") && !is_loopback,
    }
}

#[cfg(test)]
mod tests {
    use js_sys::Function;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn stream(script: &str) -> ReadableStreamDefaultReader {
        let stream = Function::new_no_args(script).call0(&JsValue::NULL).unwrap();
        stream.unchecked_into::<web_sys::ReadableStream>().get_reader().unchecked_into()
    }

    #[wasm_bindgen_test]
    async fn whoever_still_sends_is_not_given_up() {
        // Half a second in all, with a quarter of one allowed for each piece.
        let drips = stream(
            "let sent = 0;
             return new ReadableStream({ async pull(controller) {
                 await new Promise((resolve) => setTimeout(resolve, 50));
                 sent++ < 10 ? controller.enqueue(new Uint8Array([sent])) : controller.close();
             } });",
        );
        let transfer = Transfer::new(250);
        let mut pieces = Vec::new();
        while let Some(piece) = transfer.next_piece(&drips).await.unwrap() {
            pieces.extend(piece.to_vec());
        }
        assert_eq!(pieces, (1..=10).collect::<Vec<u8>>());
        assert!(!transfer.0.timed_out.get() && !transfer.0.controller.signal().aborted());
    }

    #[wasm_bindgen_test]
    async fn whoever_falls_silent_in_the_middle_is_given_up_and_says_so() {
        let transfer = Transfer::new(100);
        // One piece and then nothing, until it is aborted: what a browser makes of a server that hangs.
        let script = "return new ReadableStream({ start(controller) {
                 controller.enqueue(new Uint8Array([7]));
                 signal.addEventListener('abort', () => controller.error(signal.reason));
             } });";
        let hangs = Function::new_with_args("signal", script);
        let hangs = hangs.call1(&JsValue::NULL, &transfer.0.controller.signal()).unwrap();
        let hangs = hangs.unchecked_into::<web_sys::ReadableStream>().get_reader().unchecked_into();
        assert_eq!(transfer.next_piece(&hangs).await.unwrap().unwrap().to_vec(), [7]);
        assert_eq!(transfer.next_piece(&hangs).await.err(), Some(HttpFailure::TimedOut));
        assert!(transfer.0.controller.signal().aborted(), "the connection is not left open");
    }
}
