//! What happened lately: regions entered and left.

use dashboard_core::model::Person;
use dashboard_core::owntracks::Crossing;
use dashboard_core::time::UnixSeconds;
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::palette;
use crate::ui::parts::{Empty, Icon, Sign};
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::words;

/// Newest first.
#[component]
pub fn HappeningsPanel(store: Store) -> impl IntoView {
    move || {
        let happenings = store.happenings.get();
        if happenings.is_empty() {
            return view! {
                <Empty sign=Sign::Activity title=words().no_happenings hint=words().no_happenings_hint />
            }
            .into_any();
        }
        let today = store.now.with_untracked(|now| now.seconds());
        let items = happenings.into_iter().map(|happening| {
            let what = match &happening.region {
                Some(region) => (words().crossing)(happening.crossing)(region),
                None => (words().crossing_hidden)(happening.crossing).to_owned(),
            };
            let sign = match happening.crossing {
                Crossing::Enter => Sign::Enter,
                Crossing::Leave => Sign::Leave,
            };
            let friend = happening.friend;
            view! {
                <li class="happening" style:--friend=palette::variable(happening.colour)>
                    <span class="happening-sign"><Icon sign /></span>
                    <button
                        type="button"
                        class="happening-text"
                        on:click=move |_| store.did(Person::Selected(Some(friend.clone())))
                    >
                        <strong>{happening.name}</strong>
                        " "
                        {what}
                    </button>
                    <span class="age">{when(happening.time_s, today)}</span>
                </li>
            }
        });
        view! { <ul class="happenings">{items.collect_view()}</ul> }.into_any()
    }
}

/// The time of day; with its date when that was not today.
fn when(at: UnixSeconds, now_s: UnixSeconds) -> String {
    let same_day = moment(at, Detail::Day, None) == moment(now_s, Detail::Day, None);
    moment(at, if same_day { Detail::Clock } else { Detail::Minute }, None)
}
