//! Signs drawn as strokes on a grid of 24. Each is in the page once, in a sprite, and used by reference.

use leptos::prelude::*;

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Search,
    Close,
    Left,
    Right,
    Up,
    Down,
    Fit,
    Follow,
    Shown,
    Hidden,
    History,
    Layers,
    Settings,
    Plug,
    Copy,
    Outside,
    Bolt,
    GoTo,
    Warning,
    Info,
    Check,
    Lock,
    Retry,
    People,
    Activity,
    Enter,
    Leave,
    Keyboard,
    File,
    First,
    Backwards,
    Forwards,
    Last,
}

const ALL: [Sign; 33] = [
    Sign::Search,
    Sign::Close,
    Sign::Left,
    Sign::Right,
    Sign::Up,
    Sign::Down,
    Sign::Fit,
    Sign::Follow,
    Sign::Shown,
    Sign::Hidden,
    Sign::History,
    Sign::Layers,
    Sign::Settings,
    Sign::Plug,
    Sign::Copy,
    Sign::Outside,
    Sign::Bolt,
    Sign::GoTo,
    Sign::Warning,
    Sign::Info,
    Sign::Check,
    Sign::Lock,
    Sign::Retry,
    Sign::People,
    Sign::Activity,
    Sign::Enter,
    Sign::Leave,
    Sign::Keyboard,
    Sign::File,
    Sign::First,
    Sign::Backwards,
    Sign::Forwards,
    Sign::Last,
];

impl Sign {
    /// Id of the symbol in the sprite.
    const fn id(self) -> &'static str {
        match self {
            Self::Search => "sign-search",
            Self::Close => "sign-close",
            Self::Left => "sign-left",
            Self::Right => "sign-right",
            Self::Up => "sign-up",
            Self::Down => "sign-down",
            Self::Fit => "sign-fit",
            Self::Follow => "sign-follow",
            Self::Shown => "sign-shown",
            Self::Hidden => "sign-hidden",
            Self::History => "sign-history",
            Self::Layers => "sign-layers",
            Self::Settings => "sign-settings",
            Self::Plug => "sign-plug",
            Self::Copy => "sign-copy",
            Self::Outside => "sign-outside",
            Self::Bolt => "sign-bolt",
            Self::GoTo => "sign-go-to",
            Self::Warning => "sign-warning",
            Self::Info => "sign-info",
            Self::Check => "sign-check",
            Self::Lock => "sign-lock",
            Self::Retry => "sign-retry",
            Self::People => "sign-people",
            Self::Activity => "sign-activity",
            Self::Enter => "sign-enter",
            Self::Leave => "sign-leave",
            Self::Keyboard => "sign-keyboard",
            Self::File => "sign-file",
            Self::First => "sign-first",
            Self::Backwards => "sign-backwards",
            Self::Forwards => "sign-forwards",
            Self::Last => "sign-last",
        }
    }

    /// The strokes.
    const fn path(self) -> &'static str {
        match self {
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Left => "M14.5 5.5 8 12l6.5 6.5",
            Self::Right => "M9.5 5.5 16 12l-6.5 6.5",
            Self::Up => "M5.5 14.5 12 8l6.5 6.5",
            Self::Down => "M5.5 9.5 12 16l6.5-6.5",
            Self::Fit => {
                "M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"
            }
            Self::Follow => "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM12 2v6M12 16v6M2 12h6M16 12h6",
            Self::Shown => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
            }
            Self::Hidden => {
                "M4 4l16 16M9.9 5.8A8.6 8.6 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.9 3.6M6.2 7.4A16.6 16.6 0 0 0 2.5 12S6 18.5 12 18.5a8.9 8.9 0 0 0 3.9-.9M10 10a3 3 0 0 0 4.1 4.2"
            }
            Self::First => "M17.5 5.5 11 12l6.5 6.5M6.5 5.5v13",
            Self::Backwards => "M11.5 5.5 5 12l6.5 6.5M18.5 5.5 12 12l6.5 6.5",
            Self::Forwards => "M12.5 5.5 19 12l-6.5 6.5M5.5 5.5 12 12l-6.5 6.5",
            Self::Last => "M6.5 5.5 13 12l-6.5 6.5M17.5 5.5v13",
            Self::History => "M4 5v4.5h4.5M4.3 9.5A8 8 0 1 1 4 13M12 8v4.5l3 2",
            Self::Layers => "M12 3.5 3.5 8.2 12 13l8.5-4.8zM3.5 12.2 12 17l8.5-4.8M3.5 16.2 12 21l8.5-4.8",
            Self::Settings => {
                "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM9 14.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z"
            }
            Self::Plug => "M9 3v5M15 3v5M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5V21",
            Self::Copy => {
                "M9 9V5.5A1.5 1.5 0 0 1 10.5 4h8A1.5 1.5 0 0 1 20 5.5v8a1.5 1.5 0 0 1-1.5 1.5H15M5.5 9h8a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 4 18.5v-8A1.5 1.5 0 0 1 5.5 9z"
            }
            Self::Outside => {
                "M10 5H6.5A1.5 1.5 0 0 0 5 6.5v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.5V14M14 4h6v6M20 4l-9 9"
            }
            Self::Bolt => "M13 3 5.5 13.5H11L10 21l8-11h-5.5z",
            Self::GoTo => "M20.5 3.5 3.5 10.8l7 2.7 2.7 7z",
            Self::Warning => "M12 4 2.8 19.5h18.4zM12 10v4.2M12 16.8v.1",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 7.9v.1",
            Self::Check => "M5 12.5 10 17.5 19.5 7",
            Self::Lock => {
                "M6.5 11h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11"
            }
            Self::Retry => "M20 5v4.5h-4.5M19.7 9.5A8 8 0 1 0 20 13",
            Self::People => {
                "M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 19.5c.5-3.4 3-5.2 6.5-5.2s6 1.8 6.5 5.2M15.5 4.8a3.5 3.5 0 0 1 0 6.5M18 14.8c2 .7 3.2 2.3 3.5 4.7"
            }
            Self::Activity => "M4 6.5h.1M4 12h.1M4 17.5h.1M8.5 6.5H20M8.5 12H20M8.5 17.5H20",
            Self::Enter => {
                "M14 4.5h4A1.5 1.5 0 0 1 19.5 6v12a1.5 1.5 0 0 1-1.5 1.5h-4M4 12h10M10.5 8l4 4-4 4"
            }
            Self::Leave => "M10 4.5H6A1.5 1.5 0 0 0 4.5 6v12A1.5 1.5 0 0 0 6 19.5h4M10 12h10M16 8l4 4-4 4",
            Self::Keyboard => {
                "M4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6zM7 10h.1M11 10h.1M15 10h.1M17.5 10h.1M8 14h8"
            }
            Self::File => {
                "M13 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V9zM13 3.5V9h5.5M12 17v-5M9.5 14l2.5-2.5 2.5 2.5"
            }
        }
    }
}

/// All signs, once in the page, out of sight.
#[component]
pub fn IconSprite() -> impl IntoView {
    view! {
        <svg class="sprite" aria-hidden="true" width="0" height="0">
            {ALL
                .into_iter()
                .map(|sign| {
                    view! {
                        <symbol id=sign.id() viewBox="0 0 24 24">
                            <path d=sign.path()></path>
                        </symbol>
                    }
                })
                .collect_view()}
        </svg>
    }
}

/// One sign. Never alone: the words beside it, or the label of its button, say what it means.
#[component]
pub fn Icon(sign: Sign) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=format!("#{}", sign.id())></use>
        </svg>
    }
}
