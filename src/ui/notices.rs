//! Messages to the person: what happened, and what to do about it.

use dashboard_core::model::Person;
use dashboard_core::model::view::{NoticeKind, NoticeView, Severity};
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::layout::{Layout, Window};
use crate::ui::parts::{Button, Icon, Look, Sign};
use crate::ui::text::{measures, words};

/// All notices; a live region, so that screen readers say them.
#[component]
pub fn Notices(store: Store) -> impl IntoView {
    let is_guests = Layout::of_page().share.is_guests();
    let ids = Memo::new(move |_| {
        store.notices.with(|notices| {
            let told = notices.iter().filter(|notice| !is_guests || is_for_guests(notice.kind));
            told.map(|notice| notice.id).collect::<Vec<_>>()
        })
    });
    view! {
        <div class="notices" role="log" aria-label=words().notices>
            <For each=move || ids.get() key=|id| *id let:id>
                <Notice store id />
            </For>
        </div>
    }
}

/// Guests read in the panels that nobody is there, and that the share has ended.
fn is_for_guests(kind: NoticeKind) -> bool {
    !matches!(kind, NoticeKind::RecorderRefused | NoticeKind::RecorderEmpty)
}

#[component]
fn Notice(store: Store, id: u32) -> impl IntoView {
    let notice = Signal::derive_local(move || {
        store.notices.with(|notices| notices.iter().find(|notice| notice.id == id).cloned())
    });
    move || notice.get().map(|notice| shown(store, &notice))
}

fn shown(store: Store, notice: &NoticeView) -> impl IntoView + use<> {
    let (title, advice) = (words().notice)(notice.kind);
    let (role, class, sign) = match notice.severity {
        Severity::Info => ("status", "notice info", Sign::Info),
        Severity::Warning => ("status", "notice warning", Sign::Warning),
        Severity::Error => ("alert", "notice error", Sign::Warning),
    };
    let count =
        (notice.count > 1).then(|| (words().notice_times)(notice.count, &measures::count(notice.count)));
    let detail: Vec<String> =
        [notice.detail.clone()].into_iter().filter(|text| !text.is_empty()).chain(count).collect();
    let id = notice.id;
    view! {
        <div class=class role=role data-notice=notice.kind.word()>
            <Icon sign />
            <div class="notice-text">
                <p class="notice-title">{title}</p>
                <p>{advice}</p>
                {(!detail.is_empty()).then(|| view! { <p class="muted detail">{detail.join(" · ")}</p> })}
                <Remedy store kind=notice.kind />
            </div>
            <Button
                label=words().dismiss
                look=Look::Bare
                sign=Sign::Close
                on_press=Callback::new(move |()| store.did(Person::DismissedNotice(id)))
            />
        </div>
    }
}

/// What the person can do about it right here.
#[component]
fn Remedy(store: Store, kind: NoticeKind) -> impl IntoView {
    let layout = Layout::of_page();
    let t = words();
    let connect = move |label: &'static str| {
        view! {
            <Button
                label=label
                look=Look::Quiet
                sign=Sign::Plug
                on_press=Callback::new(move |()| layout.window.set(Some(Window::Connect)))
            />
        }
    };
    let retry = move |act: Person| {
        view! {
            <Button
                label=t.retry
                look=Look::Quiet
                sign=Sign::Retry
                on_press=Callback::new(move |()| store.did(act.clone()))
            />
        }
    };
    let (again, change) = match kind {
        NoticeKind::MqttRefused => (Some(Person::Retried), Some(t.change_password)),
        NoticeKind::MqttNoAnswer
        | NoticeKind::MqttLost
        | NoticeKind::RecorderRefused
        | NoticeKind::RecorderUnreachable
        | NoticeKind::RecorderBadAnswer
        | NoticeKind::CrossOrigin => (Some(Person::Retried), Some(t.change_connection)),
        NoticeKind::MixedContent => (None, Some(t.change_connection)),
        NoticeKind::MqttSilent => (None, Some(t.change_password)),
        NoticeKind::Encrypted => (None, Some(t.add_passphrase)),
        NoticeKind::HistoryPartial => (Some(Person::RetriedHistory), None),
        NoticeKind::RecorderEmpty
        | NoticeKind::HistoryEmpty
        | NoticeKind::Clock
        | NoticeKind::ConfigBad
        | NoticeKind::TilesFailed
        | NoticeKind::CannotPaint => (None, None),
    };
    // A guest has nowhere else to connect to.
    let change = change.filter(|_| !layout.share.is_guests());
    let some = again.is_some() || change.is_some();
    some.then(|| view! { <div class="actions">{again.map(retry)} {change.map(connect)}</div> })
}
