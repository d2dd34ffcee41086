//! The words that stand for choices in `config.json`, in links and in stored settings, the same in all three.

use crate::model::config::{Density, Interface, KioskRule, LineColour, SortBy, Theme, Units};

macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {
        $(impl $type {
            /// The word that stands for this choice.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The choice a word stands for, whatever its case.
            pub fn from_word(word: &str) -> Option<Self> {
                [$(Self::$variant),+].into_iter().find(|choice| choice.word().eq_ignore_ascii_case(word))
            }
        })+
    };
}

words! {
    Theme { Auto = "auto", Light = "light", Dark = "dark" }
    Units { Auto = "auto", Metric = "metric", Imperial = "imperial" }
    Interface { Full = "full", Embed = "embed", Kiosk = "kiosk" }
    KioskRule { Fit = "fit", Cycle = "cycle", Still = "still" }
    LineColour {
        Friend = "friend",
        Speed = "speed",
        Altitude = "altitude",
        Accuracy = "accuracy",
        Battery = "battery",
        Time = "time",
    }
    SortBy { Name = "name", Age = "age", Distance = "distance" }
    Density { Comfortable = "comfortable", Compact = "compact" }
}

/// Whether `text` can be a language tag (BCP 47) or `auto`. Whether anybody speaks it is for the catalogue to say.
pub fn is_language(text: &str) -> bool {
    (1..=35).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether `text` can be `local`, `place` or an IANA time zone name. Whether there is such a zone is for the browser to
/// say.
pub fn is_time_zone(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-' | b'/'))
}
