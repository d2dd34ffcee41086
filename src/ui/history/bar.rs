//! The bar at the lower edge of a wide screen: which time the lines on the map are of, and how long they are.

use dashboard_core::model::view::{HistoryState, NoticeKind};
use leptos::prelude::*;

use super::ranges::{RangeName, StepButton};
use crate::store::Store;
use crate::ui::layout::{Layout, Panel};
use crate::ui::text::{measures, words};

/// Steps through the days; opens the panel of histories.
#[component]
pub fn HistoryBar(store: Store) -> impl IntoView {
    let layout = Layout::of_page();
    let offered = Memo::new(move |_| store.history.with(|history| history.state != HistoryState::None));
    let loading = Memo::new(move |_| store.history.with(|history| history.state == HistoryState::Loading));
    let share =
        Memo::new(move |_| store.history.with(|history| history.slices_done * 100 / history.slices.max(1)));
    // While the message on the map says that there are no points, the bar need not say it, too.
    let told = Memo::new(move |_| {
        store.notices.with(|notices| notices.iter().any(|notice| notice.kind == NoticeKind::HistoryEmpty))
    });
    let summary = Memo::new(move |_| {
        store.history.with(|history| {
            let metres: f64 = history.friends.iter().map(|friend| friend.summary.distance_m).sum();
            match (history.points, history.state) {
                (0, HistoryState::Loading) => words().loading_history.to_owned(),
                (0, _) if told.get() => String::new(),
                (0, _) => words().no_points.to_owned(),
                (points, _) => {
                    let points = (words().points)(points, &measures::count(points));
                    format!("{} · {points}", measures::distance(metres))
                }
            }
        })
    });
    move || {
        offered.get().then(|| {
            view! {
                <div
                    class="history-bar"
                    data-loading=move || loading.get().then_some("")
                    style:--share=move || format!("{}%", share.get())
                >
                    <StepButton store days=-1 />
                    <button type="button" class="history-bar-main" on:click=move |_| layout.open(Panel::History)>
                        <RangeName store />
                        <span class="muted">{summary}</span>
                    </button>
                    <StepButton store days=1 />
                </div>
            }
        })
    }
}
