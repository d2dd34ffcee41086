//! Which panels and dialogs are open. Only the interface cares, so it is not part of the model.

use dashboard_core::time::UnixSeconds;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::parts::SheetHeight;
use crate::guest::Share;
use crate::platform::timer;
use crate::viewing::OpenView;

/// What the side panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// Everybody.
    #[default]
    People,
    /// Where they have been.
    History,
    /// Regions entered and left.
    Activity,
}

/// A dialog over everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Where to connect.
    Connect,
    /// The phrase of the link that the page was opened with.
    Sealed,
    /// A link with a login of the broker.
    Share,
    /// The link of a Recorder's view.
    OpenView,
    /// Tours that a Recorder has of a device.
    Tours,
    /// The person's tastes.
    Settings,
    /// What the keys do.
    Shortcuts,
}

/// What hangs open from a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Popover {
    /// State of the sources.
    Sources,
    /// What the map shows.
    MapOptions,
}

/// What is open. Survives a change of language, which builds everything else anew.
#[derive(Clone, Copy)]
pub struct Layout {
    /// Shown in the side panel.
    pub panel: RwSignal<Panel>,
    /// The dialog over everything.
    pub window: RwSignal<Option<Window>>,
    /// What hangs open.
    pub popover: RwSignal<Option<Popover>>,
    /// How much of a phone's screen the panels take.
    pub sheet: RwSignal<SheetHeight>,
    /// What a guest sees, who has no use for some of it.
    pub share: Share,
    /// A Recorder's view that was opened beside everything else.
    pub viewing: OpenView,
    /// A link was opened, which is meant until then.
    pub visit_until: RwSignal<Option<UnixSeconds>>,
}

impl Layout {
    /// Nothing open but the list of people; provided to all components.
    pub fn provide(share: Share, viewing: OpenView) -> Self {
        let layout = Self {
            panel: RwSignal::default(),
            window: RwSignal::default(),
            popover: RwSignal::default(),
            sheet: RwSignal::default(),
            share,
            viewing,
            visit_until: RwSignal::default(),
        };
        provide_context(layout);
        layout
    }

    /// The layout of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Whether there is anything to see in a panel.
    pub fn offers(self, panel: Panel) -> bool {
        match panel {
            Panel::People => true,
            Panel::History => self.share.has_histories(),
            Panel::Activity => !self.share.is_guests(),
        }
    }

    /// Shows a panel, high enough to be seen on a phone.
    pub fn open(self, panel: Panel) {
        if !self.offers(panel) {
            return;
        }
        // Setting it again would build the panel anew, and the focus in it would be lost.
        if self.panel.get_untracked() != panel {
            self.panel.set(panel);
        }
        if self.sheet.get_untracked() == SheetHeight::Peek {
            self.sheet.set(SheetHeight::Half);
        }
    }

    /// Opens a dialog in the place of another, which has to be gone first: two dialogs are one element to Leptos, and the
    /// closing of the first would close both.
    pub fn switch_to(self, window: Window) {
        self.window.set(None);
        spawn_local(async move {
            timer::next_task().await;
            self.window.set(Some(window));
        });
    }

    /// Opens or closes what hangs from a button.
    pub fn toggle(self, popover: Popover) {
        self.popover.update(|open| *open = if *open == Some(popover) { None } else { Some(popover) });
    }
}
