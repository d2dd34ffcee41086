//! What the page and the track worker share: the browser's capabilities, and what the two say to each other.

pub mod platform;

/// The line between page and worker.
pub mod worker {
    pub mod drawing;
    pub mod protocol;
}
