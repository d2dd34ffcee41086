//! The person's tastes. Each takes effect at once.

use dashboard_core::model::{Density, Person, Settings, Theme, Units};
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::layers::TileChoice;
use crate::ui::layout::{Layout, Window};
use crate::ui::parts::{Button, Dialog, Look};
use crate::ui::text::{intl, languages, measures, words};

/// All settings.
#[component]
pub fn SettingsDialog(store: Store, on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let layout = Layout::of_page();
    // Nothing is kept of a guest.
    let is_guests = layout.share.is_guests();
    let has_recorder = store.sources.with_untracked(|sources| !sources.connection.recorder_url.is_empty());
    view! {
        <Dialog title=t.settings on_close>
            <div class="form">
                <h3 class="label">{t.appearance}</h3>
                <Choice
                    store
                    label=t.theme
                    options=vec![
                        ("auto".into(), t.theme_auto.into()),
                        ("light".into(), t.theme_light.into()),
                        ("dark".into(), t.theme_dark.into()),
                    ]
                    read=|settings| match settings.theme {
                        Theme::Auto => "auto".into(),
                        Theme::Light => "light".into(),
                        Theme::Dark => "dark".into(),
                    }
                    write=|settings, word| {
                        settings.theme = match word {
                            "light" => Theme::Light,
                            "dark" => Theme::Dark,
                            _ => Theme::Auto,
                        };
                    }
                />
                <Choice
                    store
                    label=t.density
                    options=vec![
                        ("comfortable".into(), t.density_comfortable.into()),
                        ("compact".into(), t.density_compact.into()),
                    ]
                    read=|settings| match settings.density {
                        Density::Comfortable => "comfortable".into(),
                        Density::Compact => "compact".into(),
                    }
                    write=|settings, word| {
                        settings.density =
                            if word == "compact" { Density::Compact } else { Density::Comfortable };
                    }
                />
                <Choice
                    store
                    label=t.language
                    options=language_options()
                    read=|settings| settings.language.clone()
                    write=|settings, word| settings.language = word.to_owned()
                />
                <Choice
                    store
                    label=t.units
                    options=vec![
                        ("auto".into(), t.units_auto.into()),
                        ("metric".into(), t.units_metric.into()),
                        ("imperial".into(), t.units_imperial.into()),
                    ]
                    read=|settings| match settings.units {
                        Units::Auto => "auto".into(),
                        Units::Metric => "metric".into(),
                        Units::Imperial => "imperial".into(),
                    }
                    write=|settings, word| {
                        settings.units = match word {
                            "metric" => Units::Metric,
                            "imperial" => Units::Imperial,
                            _ => Units::Auto,
                        };
                    }
                />
                <Choice
                    store
                    label=t.time_zone
                    options=time_zone_options()
                    read=|settings| settings.time_zone.clone()
                    write=|settings, word| settings.time_zone = word.to_owned()
                />
                <TileChoice store />
                <Thresholds store />
                {(!is_guests)
                    .then(|| {
                        view! {
                            <h3 class="label">{t.share_heading}</h3>
                            <p class="muted">{t.share_hint}</p>
                            <div class="actions">
                                <Button
                                    label=t.share_title
                                    on_press=Callback::new(move |()| layout.switch_to(Window::Share))
                                />
                            </div>
                            <p class="muted">{t.views_hint}</p>
                            <div class="actions">
                                <Button
                                    label=t.view_open_title
                                    on_press=Callback::new(move |()| layout.switch_to(Window::OpenView))
                                />
                                {has_recorder
                                    .then(|| {
                                        view! {
                                            <Button
                                                label=t.tours_title
                                                on_press=Callback::new(move |()| layout.switch_to(Window::Tours))
                                            />
                                        }
                                    })}
                            </div>
                            <Forget store on_close />
                        }
                    })}
            </div>
        </Dialog>
    }
}

/// One setting chosen from a list of value and words.
#[component]
fn Choice(
    store: Store,
    label: &'static str,
    options: Vec<(String, String)>,
    read: fn(&Settings) -> String,
    write: fn(&mut Settings, &str),
) -> impl IntoView {
    let chosen = Memo::new(move |_| store.chrome.with(|chrome| read(&chrome.settings)));
    let options = options.into_iter().map(|(value, text)| {
        let own = value.clone();
        view! {
            <option value=value selected=move || chosen.get() == own>
                {text}
            </option>
        }
    });
    view! {
        <label class="setting">
            <span>{label}</span>
            <select
                class="select"
                on:change=move |event| {
                    let mut settings = store.chrome.with_untracked(|chrome| chrome.settings.clone());
                    write(&mut settings, &event_target_value(&event));
                    store.did(Person::changed(settings));
                }
            >
                {options.collect_view()}
            </select>
        </label>
    }
}

fn language_options() -> Vec<(String, String)> {
    let known = languages().into_iter().map(|(tag, name)| (tag.to_owned(), name.to_owned()));
    std::iter::once(("auto".to_owned(), words().language_auto.to_owned())).chain(known).collect()
}

fn time_zone_options() -> Vec<(String, String)> {
    let own = [("local", words().time_zone_local), ("place", words().time_zone_place)];
    let own = own.map(|(value, text)| (value.to_owned(), text.to_owned()));
    own.into_iter()
        .chain(intl::time_zones().into_iter().map(|zone| (zone.clone(), zone.replace('_', " "))))
        .collect()
}

/// Limits offered as a few sensible steps, so that nobody has to think of a number.
#[component]
fn Thresholds(store: Store) -> impl IntoView {
    let t = words();
    let seconds = |choices: &[u32]| steps(choices, |value| measures::duration(i64::from(value)));
    let metres = |choices: &[u32]| steps(choices, |value| measures::distance(f64::from(value)));
    let or_none = |mut choices: Vec<(String, String)>, none: &str| {
        choices.insert(0, ("0".into(), none.into()));
        choices
    };
    view! {
        <details class="fold">
            <summary>{t.thresholds}</summary>
            <Choice
                store
                label=t.stale_after
                options=seconds(&[300, 900, 1800, 3600, 7200, 21_600])
                read=|settings| settings.thresholds.stale_after_s.to_string()
                write=|settings, word| set(&mut settings.thresholds.stale_after_s, word)
            />
            <Choice
                store
                label=t.old_after
                options=seconds(&[21_600, 43_200, 86_400, 259_200, 604_800])
                read=|settings| settings.thresholds.old_after_s.to_string()
                write=|settings, word| set(&mut settings.thresholds.old_after_s, word)
            />
            <Choice
                store
                label=t.gap_time
                options=seconds(&[1800, 3600, 10_800, 21_600, 86_400])
                read=|settings| settings.thresholds.gap_s.to_string()
                write=|settings, word| set(&mut settings.thresholds.gap_s, word)
            />
            <Choice
                store
                label=t.gap_distance
                options=metres(&[5000, 10_000, 50_000, 200_000, 1_000_000])
                read=|settings| settings.thresholds.gap_m.to_string()
                write=|settings, word| set(&mut settings.thresholds.gap_m, word)
            />
            <Choice
                store
                label=t.max_accuracy
                options=or_none(metres(&[50, 100, 250, 500, 1000]), t.max_accuracy_off)
                read=|settings| settings.thresholds.max_accuracy_m.to_string()
                write=|settings, word| set(&mut settings.thresholds.max_accuracy_m, word)
            />
            <Choice
                store
                label=t.trail
                options=or_none(seconds(&[300, 900, 1800, 3600]), t.trail_off)
                read=|settings| settings.thresholds.trail_s.to_string()
                write=|settings, word| set(&mut settings.thresholds.trail_s, word)
            />
        </details>
    }
}

fn steps(choices: &[u32], text: fn(u32) -> String) -> Vec<(String, String)> {
    choices.iter().map(|value| (value.to_string(), text(*value))).collect()
}

fn set(limit: &mut u32, word: &str) {
    if let Ok(value) = word.parse() {
        *limit = value;
    }
}

/// What is kept of histories, while anything is.
#[component]
fn KeptHistory(store: Store) -> impl IntoView {
    let kept_bytes = Memo::new(move |_| store.history.with(|history| history.kept_bytes));
    move || {
        (kept_bytes.get() > 0).then(|| {
            view! {
                <p class="muted">{(words().kept_history)(&measures::megabytes(kept_bytes.get()))}</p>
                <div class="actions">
                    <Button
                        label=words().forget_kept
                        on_press=Callback::new(move |()| store.did(Person::ForgotKeptHistory))
                    />
                </div>
            }
        })
    }
}

/// Leaves nothing behind; asked twice.
#[component]
fn Forget(store: Store, on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let asked = RwSignal::new(false);
    let press = move |()| {
        if asked.get_untracked() {
            store.did(Person::LoggedOut);
            on_close.run(());
        } else {
            asked.set(true);
        }
    };
    view! {
        <h3 class="label">{t.device_data}</h3>
        <KeptHistory store />
        <p class="muted">{t.forget_hint}</p>
        <div class="actions">
            <Button
                label=Signal::derive(move || {
                    if asked.get() { words().forget_confirm.to_owned() } else { words().forget.to_owned() }
                })
                look=Look::Danger
                on_press=Callback::new(press)
            />
        </div>
    }
}
