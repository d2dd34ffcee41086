//! Whether the person asked their system for less motion.

use super::page;

/// Whether movements should be jumps.
pub fn is_reduced() -> bool {
    let query = page::window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}
