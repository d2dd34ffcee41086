//! A made-up town on a lake, the villages around it, and a resort by the sea. The same in every run.

pub mod land;
mod layout;
mod names;
pub mod plane;
pub mod streets;

pub use layout::{Place, PlaceKind, places};
pub use plane::Point;
pub use streets::{Class, Edge, Mode, Node, Streets};

/// Where trains stop.
#[derive(Clone, Copy, Debug)]
pub struct Stations {
    /// In the town.
    pub lindenau: Node,
    /// In the village down the lake.
    pub altensee: Node,
    /// By the sea.
    pub resort: Node,
}

/// The town and all around it.
#[derive(Debug)]
pub struct Town {
    /// Its ways.
    pub streets: Streets,
    /// Where trains stop.
    pub stations: Stations,
}

impl Town {
    /// Lays out the town; a few milliseconds of work.
    pub fn new() -> Self {
        layout::town()
    }

    /// The node of a street nearest to `point`.
    pub fn street_near(&self, point: Point) -> Node {
        self.streets.nearest(point, &[Class::Street])
    }
}

impl Default for Town {
    fn default() -> Self {
        Self::new()
    }
}
