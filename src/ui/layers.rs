//! What the map shows, and on which background.

use dashboard_core::model::{LayerSet, LineColour, Person};
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::text::words;

/// Layers as switches, tiles as a choice.
#[component]
pub fn MapOptions(store: Store) -> impl IntoView {
    let t = words();
    view! {
        <div class="options">
            <h2 class="label">{t.layers}</h2>
            <Layer store label=t.layer_live read=|set| set.live write=|set, on| set.live = on />
            <Layer store label=t.layer_line read=|set| set.line write=|set, on| set.line = on />
            <Layer store label=t.layer_points read=|set| set.points write=|set, on| set.points = on />
            <Layer store label=t.layer_heat read=|set| set.heat write=|set, on| set.heat = on />
            <Layer store label=t.layer_stays read=|set| set.stays write=|set, on| set.stays = on />
            <Layer store label=t.layer_regions read=|set| set.regions write=|set, on| set.regions = on />
            <Layer store label=t.layer_poi read=|set| set.poi write=|set, on| set.poi = on />
            <ColourChoice store />
            <TileChoice store />
        </div>
    }
}

#[component]
fn Layer(
    store: Store,
    label: &'static str,
    read: fn(&LayerSet) -> bool,
    write: fn(&mut LayerSet, bool),
) -> impl IntoView {
    let on = Memo::new(move |_| store.chrome.with(|chrome| read(&chrome.layers)));
    view! {
        <label class="switch">
            <span>{label}</span>
            <input
                type="checkbox"
                role="switch"
                prop:checked=on
                on:change=move |event| {
                    let mut layers = store.chrome.with_untracked(|chrome| chrome.layers);
                    write(&mut layers, event_target_checked(&event));
                    store.did(Person::ChoseLayers(layers));
                }
            />
        </label>
    }
}

/// What the colour of lines and points means.
#[component]
fn ColourChoice(store: Store) -> impl IntoView {
    let t = words();
    let options = [
        (LineColour::Friend, t.colour_friend),
        (LineColour::Speed, t.speed),
        (LineColour::Altitude, t.altitude),
        (LineColour::Accuracy, t.accuracy),
        (LineColour::Battery, t.battery_label),
        (LineColour::Time, t.colour_time),
    ];
    let chosen = Memo::new(move |_| store.chrome.with(|chrome| chrome.line_colour));
    view! {
        <label class="setting">
            <span>{t.colour_of_lines}</span>
            <select
                class="select"
                on:change=move |event| {
                    if let Some(colour) = LineColour::from_word(&event_target_value(&event)) {
                        store.did(Person::ChoseLineColour(colour));
                    }
                }
            >
                {options
                    .into_iter()
                    .map(|(colour, text)| {
                        view! {
                            <option value=colour.word() selected=move || chosen.get() == colour>
                                {text}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}

/// The tile source, when there is more than one to choose from.
#[component]
pub fn TileChoice(store: Store) -> impl IntoView {
    let t = words();
    let names = Memo::new(move |_| {
        store.chrome.with(|chrome| chrome.tiles.iter().map(|source| source.name.clone()).collect::<Vec<_>>())
    });
    let chosen = Memo::new(move |_| {
        store.chrome.with(|chrome| {
            let known = |name: &&String| chrome.tiles.iter().any(|source| source.name == **name);
            let chosen = chrome.settings.tile_source.as_ref().filter(known);
            chosen.or(chrome.tiles.first().map(|source| &source.name)).cloned().unwrap_or_default()
        })
    });
    let failed = Memo::new(move |_| store.chrome.with(|chrome| chrome.tiles_failed));
    let choose = move |name: String| {
        let mut settings = store.chrome.with_untracked(|chrome| chrome.settings.clone());
        settings.tile_source = Some(name);
        store.did(Person::changed(settings));
    };
    view! {
        {move || {
            (names.with(Vec::len) > 1)
                .then(|| {
                    view! {
                        <p class="label">{t.tiles}</p>
                        <div class="chips" role="group" aria-label=t.tiles>
                            {names
                                .get()
                                .into_iter()
                                .map(|name| {
                                    let label = name.clone();
                                    let own = name.clone();
                                    view! {
                                        <button
                                            type="button"
                                            class="chip"
                                            aria-pressed=move || if chosen.get() == own { "true" } else { "false" }
                                            on:click=move |_| choose(name.clone())
                                        >
                                            {label}
                                        </button>
                                    }
                                })
                                .collect_view()}
                        </div>
                    }
                })
        }}
        {move || failed.get().then(|| view! { <p class="muted">{t.tiles_missing}</p> })}
    }
}
