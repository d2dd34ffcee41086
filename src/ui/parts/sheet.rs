//! On a phone, panels are a sheet at the lower edge with three heights. On a wide screen it is an ordinary panel and
//! the handle is out of sight.

use leptos::prelude::*;
use web_sys::PointerEvent;

use super::button::{Button, Look};
use super::icon::Sign;
use crate::platform::page;
use crate::ui::text::words;

/// How much of a phone's screen the sheet takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SheetHeight {
    /// Only its head.
    Peek,
    /// About half.
    #[default]
    Half,
    /// Nearly all.
    Full,
}

impl SheetHeight {
    /// The next higher one.
    pub const fn larger(self) -> Self {
        match self {
            Self::Peek => Self::Half,
            Self::Half | Self::Full => Self::Full,
        }
    }

    /// The next lower one.
    pub const fn smaller(self) -> Self {
        match self {
            Self::Full => Self::Half,
            Self::Half | Self::Peek => Self::Peek,
        }
    }

    /// The word in `data-sheet`, for the style sheet.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Peek => "peek",
            Self::Half => "half",
            Self::Full => "full",
        }
    }

    /// The height nearest to a sheet that covers `share` (0…1) of the window.
    fn nearest(share: f64) -> Self {
        match share {
            share if share < 0.3 => Self::Peek,
            share if share < 0.7 => Self::Half,
            _ => Self::Full,
        }
    }
}

/// A finger may tremble this many pixels before a press becomes a drag.
const DRAG_THRESHOLD_PX: f64 = 6.0;

/// A panel, or on a phone a sheet.
#[component]
pub fn Sheet(
    /// Class of the panel.
    class: &'static str,
    /// Name for screen readers.
    #[prop(into)]
    label: String,
    /// How much it shows on a phone.
    height: RwSignal<SheetHeight>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    // Where the finger went down, and how many pixels it has pulled the sheet up since.
    let grip = RwSignal::new(None::<f64>);
    let pulled = RwSignal::new(0.0_f64);
    let end = move |event: PointerEvent| {
        if grip.get_untracked().is_none() {
            return;
        }
        grip.set(None);
        if pulled.get_untracked().abs() > DRAG_THRESHOLD_PX {
            let window =
                page::window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(800.0);
            height.set(SheetHeight::nearest(1.0 - f64::from(event.client_y()) / window));
        }
        pulled.set(0.0);
    };
    view! {
        <section
            class=format!("panel {class}")
            aria-label=label
            data-sheet=move || height.get().word()
            data-dragging=move || grip.get().is_some().then_some("")
            style:--pulled=move || format!("{}px", pulled.get())
        >
            <div
                class="sheet-handle"
                on:pointerdown=move |event: PointerEvent| {
                    if let Some(handle) = event_target_element(&event) {
                        // Without capture the drag merely ends where the finger leaves the handle.
                        let _ = handle.set_pointer_capture(event.pointer_id());
                    }
                    grip.set(Some(f64::from(event.client_y())));
                }
                on:pointermove=move |event: PointerEvent| {
                    if let Some(start) = grip.get_untracked() {
                        pulled.set(start - f64::from(event.client_y()));
                    }
                }
                on:pointerup=end
                on:pointercancel=end
            >
                <span class="sheet-grip" aria-hidden="true"></span>
                <span class="sheet-buttons">
                    <Button
                        label=words().sheet_smaller
                        look=Look::Bare
                        sign=Sign::Down
                        disabled=Signal::derive(move || height.get() == SheetHeight::Peek)
                        on_press=Callback::new(move |()| height.update(|height| *height = height.smaller()))
                    />
                    <Button
                        label=words().sheet_larger
                        look=Look::Bare
                        sign=Sign::Up
                        disabled=Signal::derive(move || height.get() == SheetHeight::Full)
                        on_press=Callback::new(move |()| height.update(|height| *height = height.larger()))
                    />
                </span>
            </div>
            {children()}
        </section>
    }
}

/// The handle, when the finger is on it and not on one of its buttons: capture would swallow their clicks.
fn event_target_element(event: &PointerEvent) -> Option<web_sys::Element> {
    use wasm_bindgen::JsCast;
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    target.closest("button").ok().flatten().is_none().then_some(target)
}
