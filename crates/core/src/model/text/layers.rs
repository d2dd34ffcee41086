//! The words for layers, as in `layers=live,line`.

use crate::model::config::LayerSet;

/// The word for no layer at all.
const NONE: &str = "none";

impl LayerSet {
    /// No layer at all.
    pub const NONE: Self = Self {
        live: false,
        line: false,
        points: false,
        heat: false,
        stays: false,
        regions: false,
        poi: false,
    };

    /// The layers named in a comma list; words of no layer are passed over. `None` when no word is known. The official
    /// frontend's `last` and `heatmap` are `live` and `heat`.
    pub fn from_words(text: &str) -> Option<Self> {
        let mut layers = Self::NONE;
        let mut any_known = false;
        for word in text.split(',').map(str::trim) {
            any_known |= match layers.layer_mut(word) {
                Some(layer) => {
                    *layer = true;
                    true
                }
                None => word == NONE,
            };
        }
        any_known.then_some(layers)
    }

    /// The layers as a comma list, or `none`.
    pub fn words(self) -> String {
        let layers = [
            (self.live, "live"),
            (self.line, "line"),
            (self.points, "points"),
            (self.heat, "heat"),
            (self.stays, "stays"),
            (self.regions, "regions"),
            (self.poi, "poi"),
        ];
        let shown: Vec<&str> = layers.into_iter().filter(|(shown, _)| *shown).map(|(_, word)| word).collect();
        if shown.is_empty() { NONE.into() } else { shown.join(",") }
    }

    fn layer_mut(&mut self, word: &str) -> Option<&mut bool> {
        Some(match word {
            "live" | "last" => &mut self.live,
            "line" => &mut self.line,
            "points" => &mut self.points,
            "heat" | "heatmap" => &mut self.heat,
            "stays" => &mut self.stays,
            "regions" => &mut self.regions,
            "poi" => &mut self.poi,
            _ => return None,
        })
    }
}
