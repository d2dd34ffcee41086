//! Opening a link: asks for the phrase, connects, keeps nothing.

use dashboard_core::model::Person;
use dashboard_core::model::sealed::{BrokerLogin, Envelope, NotALink};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::SubmitEvent;

use super::LinkError;
use crate::platform::{clock, page, seal};
use crate::store::Store;
use crate::ui::layout::Layout;
use crate::ui::parts::{Button, Dialog, Look};
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
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(envelope) = envelope.get_value().filter(|_| !busy.get_untracked()) else { return };
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
    };
    view! {
        <Dialog title=t.link_open_title on_close>
            <form class="form" on:submit=send novalidate data-window="sealed-link">
                <p class="muted">{t.link_open_intro}</p>
                {useless
                    .is_none()
                    .then(|| {
                        view! {
                            <label class="field">
                                <span>{t.link_phrase}</span>
                                <input
                                    class="input"
                                    name="phrase"
                                    type="text"
                                    autocomplete="off"
                                    autocapitalize="off"
                                    spellcheck="false"
                                    on:input=move |event| phrase.set(event_target_value(&event))
                                />
                            </label>
                        }
                    })}
                <p class="problem" role="alert">
                    {move || problem.get().map(t.link_error)}
                </p>
                <footer class="dialog-foot">
                    <Button label=t.cancel look=Look::Quiet on_press=on_close />
                    <button type="submit" class="button primary" disabled=move || useless.is_some() || busy.get()>
                        {move || if busy.get() { t.link_opening } else { t.link_open }}
                    </button>
                </footer>
            </form>
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
