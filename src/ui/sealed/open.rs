//! Opening a link: asks for the phrase, connects, keeps nothing.

use dashboard_core::model::Person;
use dashboard_core::model::sealed::{BrokerLogin, Envelope, NotALink};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::LinkError;
use crate::platform::{clock, page, seal};
use crate::store::Store;
use crate::ui::layout::Layout;
use crate::ui::parts::{Dialog, DialogForm, Field, FieldKind};
use crate::ui::text::words;

/// Asks for the phrase of the link that the page was opened with.
#[component]
pub fn OpenDialog(store: Store, on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let layout = Layout::of_page();
    let link = store.outside().link.borrow().clone().unwrap_or_default();
    let envelope = Envelope::parse(&link).map_err(|error| match error {
        NotALink::Damaged => LinkError::Damaged,
        NotALink::Newer => LinkError::Newer,
    });
    let useless =
        if seal::is_possible() { envelope.as_ref().err().copied() } else { Some(LinkError::NotHere) };
    let envelope = StoredValue::new(envelope.ok());
    let phrase = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(useless);
    let send = Callback::new(move |()| {
        let Some(envelope) = envelope.get_value() else { return };
        busy.set(true);
        spawn_local(async move {
            match read(&phrase.get_untracked(), &envelope).await {
                Ok(login) => {
                    store.outside().link.take();
                    layout.visit_until.set(Some(login.until_s));
                    store.did(Person::Visited(login.endpoint));
                    let _ = on_close.try_run(());
                }
                Err(error) => {
                    // The dialog may be gone meanwhile.
                    problem.try_set(Some(error));
                    busy.try_set(false);
                }
            }
        });
    });
    view! {
        <Dialog title=t.link_open_title on_close>
            <DialogForm
                window="sealed-link"
                submit=Signal::derive(move || if busy.get() { t.link_opening } else { t.link_open })
                disabled=Signal::derive(move || useless.is_some() || busy.get())
                problem=Signal::derive(move || problem.get().map(t.link_error))
                on_submit=send
                on_cancel=on_close
            >
                <p class="muted">{t.link_open_intro}</p>
                {useless
                    .is_none()
                    .then(|| {
                        let kind = FieldKind { name: "phrase", ..FieldKind::default() };
                        view! { <Field typed=phrase label=t.link_phrase kind read=|phrase| phrase /> }
                    })}
            </DialogForm>
        </Dialog>
    }
}

async fn read(phrase: &str, envelope: &Envelope) -> Result<BrokerLogin, LinkError> {
    let text = seal::open(phrase, envelope).await.map_err(|error| match error {
        seal::SealError::NotHere => LinkError::NotHere,
        seal::SealError::WrongPhrase => LinkError::WrongPhrase,
    })?;
    let login = BrokerLogin::from_text(&text).map_err(LinkError::Unfit)?;
    if login.is_over(clock::now().seconds()) {
        return Err(LinkError::Over);
    }
    super::make::check_reach(&login, page::url().starts_with("https:"))?;
    Ok(login)
}
