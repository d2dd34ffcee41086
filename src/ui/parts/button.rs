//! The one button.

use leptos::prelude::*;

use super::icon::{Icon, Sign};

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// One of several things to do.
    #[default]
    Plain,
    /// The thing to do.
    Primary,
    /// Words or a sign without a frame.
    Quiet,
    /// Only the sign. The label is its title, which is tooltip and accessible name at once: an `aria-label` besides would
    /// have it said twice.
    Bare,
    /// Destroys something.
    Danger,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Quiet => "button quiet",
            Self::Bare => "button bare",
            Self::Danger => "button danger",
        }
    }
}

/// A button with words, a sign, or both.
#[component]
pub fn Button(
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// What happens.
    on_press: Callback<()>,
    /// How it looks.
    #[prop(optional)]
    look: Look,
    /// Sign before the words.
    #[prop(optional)]
    sign: Option<Sign>,
    /// For a button that stays down: whether it is.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// For a button that opens something: whether it is open.
    #[prop(optional, into)]
    expanded: Option<Signal<bool>>,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let bare = look == Look::Bare;
    let word = |state: bool| if state { "true" } else { "false" };
    view! {
        <button
            type="button"
            class=look.class()
            title=move || bare.then(|| label.get())
            aria-pressed=move || pressed.map(|pressed| word(pressed.get()))
            aria-expanded=move || expanded.map(|expanded| word(expanded.get()))
            disabled=move || disabled.get()
            on:click=move |_| on_press.run(())
        >
            {sign.map(|sign| view! { <Icon sign /> })}
            {(!bare).then(|| view! { <span>{move || label.get()}</span> })}
        </button>
    }
}
