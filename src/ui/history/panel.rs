//! The history panel.

use dashboard_core::model::Person;
use leptos::prelude::*;

use super::exact::ExactTimes;
use super::people::{TrackFigures, WhoseHistory};
use super::progress::{HistoryProgress, LeftOut};
use super::ranges::{DayStepper, RangeChips};
use super::stays::StayPlaces;
use crate::store::Store;
use crate::ui::parts::{Button, Sign};
use crate::ui::text::words;

/// Which time, whose, and what it says.
#[component]
pub fn HistoryPanel(store: Store) -> impl IntoView {
    let some_points = Memo::new(move |_| store.history.with(|history| history.points > 0));
    view! {
        <div class="history">
            <RangeChips store />
            <DayStepper store />
            <ExactTimes store />
            <h2 class="label">{words().whose}</h2>
            <WhoseHistory store />
            <HistoryProgress store />
            <TrackFigures store />
            <LeftOut store />
            <StayPlaces store />
            {move || {
                some_points
                    .get()
                    .then(|| {
                        view! {
                            <Button
                                label=words().fit_history
                                sign=Sign::Fit
                                on_press=Callback::new(move |()| store.did(Person::FittedHistory))
                            />
                        }
                    })
            }}
        </div>
    }
}
