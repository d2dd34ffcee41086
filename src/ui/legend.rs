//! What the colours on the map mean, at its lower left corner.

use dashboard_core::track::{CLASSES, Legend, Quantity};
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::{measures, words};

/// Of a longer time days are named, without the hour.
const LONG_S: f64 = 4.0 * 86_400.0;

/// The legends of coloured lines and of the heat map, while they are shown.
#[component]
pub fn Legends(store: Store) -> impl IntoView {
    let layers = Memo::new(move |_| store.chrome.with(|chrome| chrome.layers));
    let legend = Memo::new(move |_| {
        let layers = layers.get();
        store.history.with(|history| history.legend).filter(|_| layers.line || layers.points)
    });
    let has_heat = Memo::new(move |_| layers.get().heat && store.history.with(|history| history.points > 0));
    move || {
        let t = words();
        let of_lines = legend.get().map(|legend| {
            let labels = [0, CLASSES / 2, CLASSES].map(|bound| label(&legend, bound)).to_vec();
            view! { <Bar title=title(legend.scale.quantity) class="is-scale" labels /> }
        });
        let unknown = legend.get().filter(|legend| legend.has_unknown).map(|_| {
            view! {
                <p class="legend-unknown">
                    <span class="legend-swatch"></span>
                    {t.legend_unknown}
                </p>
            }
        });
        let of_heat = has_heat.get().then(|| {
            let labels = vec![t.heat_little.to_owned(), t.heat_much.to_owned()];
            view! { <Bar title=t.layer_heat class="is-heat" labels /> }
        });
        (of_lines.is_some() || of_heat.is_some()).then(|| {
            view! {
                <section class="legends" aria-label=t.legend>
                    {of_lines} {unknown} {of_heat}
                </section>
            }
        })
    }
}

/// Colours from little to much, and what stands below them.
#[component]
fn Bar(title: &'static str, class: &'static str, labels: Vec<String>) -> impl IntoView {
    view! {
        <h2 class="legend-title">{title}</h2>
        <div class=format!("legend-bar {class}")></div>
        <div class="legend-labels">
            {labels.into_iter().map(|label| view! { <span>{label}</span> }).collect_view()}
        </div>
    }
}

fn title(quantity: Quantity) -> &'static str {
    let t = words();
    match quantity {
        Quantity::Speed => t.speed,
        Quantity::Altitude => t.altitude,
        Quantity::Accuracy => t.accuracy,
        Quantity::Battery => t.battery_label,
        Quantity::Time => t.colour_time,
    }
}

/// What a bound between two classes is, in the person's units. Beyond the last bound of what has no end there is more.
fn label(Legend { scale, .. }: &Legend, bound: usize) -> String {
    let value = scale.bounds[bound];
    let more = if bound == CLASSES { "+" } else { "" };
    match scale.quantity {
        Quantity::Speed => measures::speed(value) + more,
        Quantity::Altitude => measures::height(value),
        Quantity::Accuracy => measures::height(value) + more,
        Quantity::Battery => measures::percent(value),
        Quantity::Time => {
            let is_long = scale.bounds[CLASSES] - scale.bounds[0] > LONG_S;
            moment(value as i64, if is_long { Detail::Day } else { Detail::Minute }, None)
        }
    }
}
