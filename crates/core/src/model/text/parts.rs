//! The words for what is seen beside the map, as in `parts=people,zoom`.

use crate::model::config::Parts;

/// The word for nothing but the map.
const NONE: &str = "none";

impl Parts {
    /// The parts named in a comma list; words of no part are passed over. `None` when no word is known.
    pub fn from_words(text: &str) -> Option<Self> {
        let mut parts = Self::default();
        let mut any_known = false;
        for word in text.split(',').map(str::trim) {
            let part = match word {
                "people" => &mut parts.people,
                "clock" => &mut parts.clock,
                "zoom" => &mut parts.zoom,
                "scale" => &mut parts.scale,
                "legend" => &mut parts.legend,
                "notices" => &mut parts.notices,
                NONE => {
                    any_known = true;
                    continue;
                }
                _ => continue,
            };
            (*part, any_known) = (true, true);
        }
        any_known.then_some(parts)
    }

    /// The parts with a separator between, or `none`.
    pub fn words(self, separator: &str) -> String {
        let parts = [
            (self.people, "people"),
            (self.clock, "clock"),
            (self.zoom, "zoom"),
            (self.scale, "scale"),
            (self.legend, "legend"),
            (self.notices, "notices"),
        ];
        let seen: Vec<&str> = parts.into_iter().filter(|(seen, _)| *seen).map(|(_, word)| word).collect();
        if seen.is_empty() { NONE.into() } else { seen.join(separator) }
    }
}
