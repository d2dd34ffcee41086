//! The query string in the address bar: what a person would have to type to see the same again.

use super::command::Command;
use super::query::{Query, VIEW_PARAMETER};
use super::turn::Turn;

/// Keeps the address bar true. It says what differs from the start, and keeps what the link said besides.
#[derive(Debug, Default)]
pub(super) struct AddressBar {
    /// The link the page was opened with.
    opened_with: Query,
    /// What it meant, with everything a link could say spelled out.
    start: Query,
    /// What the address bar shows.
    shown: String,
}

impl AddressBar {
    /// Starts from the link and what it meant together with the configuration.
    pub fn configure(&mut self, opened_with: Query, start: Query) {
        self.shown = opened_with.to_query_string();
        (self.opened_with, self.start) = (opened_with, start);
    }

    /// From now on the link names this view of a Recorder, or none. What it is concerns the second part of the page only.
    pub fn name_view(&mut self, link: Option<String>) {
        let others = &mut self.opened_with.unknown;
        others.retain(|(name, _)| name != VIEW_PARAMETER);
        others.extend(link.map(|link| (VIEW_PARAMETER.to_owned(), link)));
    }

    /// Shows what is so `now`, if that changes anything.
    pub fn show(&mut self, now: Query, turn: &mut Turn<'_>) {
        fn said<T: PartialEq>(now: T, start: &T, opened_with: T) -> T {
            if now == *start { opened_with } else { now }
        }
        let link = self.opened_with.clone();
        let query = Query {
            friends: said(now.friends, &self.start.friends, link.friends),
            range: said(now.range, &self.start.range, link.range),
            layers: said(now.layers, &self.start.layers, link.layers),
            line_colour: said(now.line_colour, &self.start.line_colour, link.line_colour),
            map: said(now.map, &self.start.map, link.map),
            follow: said(now.follow, &self.start.follow, link.follow),
            ..link
        };
        let text = query.to_query_string();
        if text != self.shown {
            self.shown.clone_from(&text);
            turn.want(Command::ReplaceQuery(text));
        }
    }
}
