//! Names of streets. All made up; what exists elsewhere is chance.

use crate::demo::random::Random;

/// Roads out of the town, counter-clockwise from east.
pub const RADIALS: [&str; 8] = [
    "Wellenhofer Straße",
    "Ostermooser Straße",
    "Kirchrodaer Straße",
    "Tannwieser Straße",
    "Erlenbrunner Straße",
    "Gartenstraße",
    "Hafenstraße",
    "Uferstraße",
];

/// Rings of the town from the inside.
pub const RINGS: [&str; 11] = [
    "Marktplatz",
    "Kirchgasse",
    "Mauergasse",
    "Grabenstraße",
    "Lindenring",
    "Altstadtring",
    "Kastanienallee",
    "Bergstraße",
    "Hangweg",
    "Sonnenhalde",
    "Am Waldrand",
];

const FIRST: [&str; 28] = [
    "Ahorn",
    "Birken",
    "Dohlen",
    "Eichen",
    "Erlen",
    "Fischer",
    "Flieder",
    "Garten",
    "Hasel",
    "Kiebitz",
    "Kirsch",
    "Lerchen",
    "Linden",
    "Mühl",
    "Nuss",
    "Obst",
    "Pappel",
    "Quellen",
    "Reben",
    "Rosen",
    "Schiffer",
    "Schwalben",
    "Seerosen",
    "Tannen",
    "Ulmen",
    "Weiden",
    "Wiesen",
    "Ziegel",
];

const SECOND: [&str; 5] = ["weg", "straße", "gasse", "weg", "steig"];

/// A name for the `number`-th small street.
pub fn street(number: u64) -> String {
    let mut random = Random::of(&[0x6e61_6d65, number]);
    format!("{}{}", FIRST[random.below(FIRST.len())], SECOND[random.below(SECOND.len())])
}
