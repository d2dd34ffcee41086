//! What the page around wishes, carried out. Nothing of it is kept on the person's device: it is not the person who
//! wishes.

use super::super::config::Settings;
use super::super::page::Page;
use super::super::turn::Turn;
use super::Wish;
use crate::model::event::Person;

impl Page {
    /// Carries out a wish of the page around this one.
    pub(in crate::model) fn take_embedder_wish(&mut self, wish: Wish, turn: &mut Turn<'_>) {
        self.embedder_listens = true;
        match wish {
            // The shell tells how things are.
            Wish::Hello => {}
            Wish::View(centre, zoom) => {
                self.gaze.look_at(centre, zoom, turn);
                self.friends.mark_followed(None);
            }
            Wish::FitFriends => self.take_wish(Person::FittedFriends, turn),
            Wish::FitHistory => self.take_wish(Person::FittedHistory, turn),
            Wish::Follow(id) => self.take_wish(Person::Followed(id), turn),
            Wish::Select(id) => self.take_wish(Person::Selected(id), turn),
            Wish::History { friends, range } => {
                if let Some(chosen) = friends {
                    self.history.choose_friends(chosen, &mut self.friends, turn);
                }
                if let Some((choice, range)) = range {
                    self.history.choose_range(choice, range, &mut self.friends, turn);
                }
            }
            Wish::Layers { layers, colour } => {
                let layers = layers.unwrap_or(self.settings.layers);
                let line_colour = colour.unwrap_or(self.settings.line_colour);
                self.use_settings(Settings { layers, line_colour, ..self.settings.clone() }, turn);
            }
            Wish::Theme(theme) => self.use_settings(Settings { theme, ..self.settings.clone() }, turn),
        }
    }
}
