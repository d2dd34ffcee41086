//! The street network: junctions and the stretches between them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::plane::Point;

/// A junction, or a bend: index into [`Streets::nodes`].
pub type Node = u32;

/// What kind of way a stretch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// For feet and bicycles.
    Path,
    /// Railway.
    Rail,
    /// Among houses.
    Street,
    /// Between districts and villages.
    Main,
    /// For cars only.
    Motorway,
}

/// How somebody travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// On foot.
    Walk,
    /// By bicycle.
    Bike,
    /// By car.
    Car,
    /// By bus, with its stops.
    Bus,
    /// By train.
    Train,
}

impl Mode {
    /// Usual speed on ways of `class` in metres a second; `None` where this mode may not go.
    pub fn speed_mps(self, class: Class) -> Option<f64> {
        let kmh = match (self, class) {
            (Self::Walk, Class::Path | Class::Street | Class::Main) => 4.9,
            (Self::Bike, Class::Path) => 14.0,
            (Self::Bike, Class::Street) => 17.0,
            (Self::Bike, Class::Main) => 20.0,
            (Self::Car, Class::Street) => 28.0,
            (Self::Car, Class::Main) => 58.0,
            (Self::Car, Class::Motorway) => 112.0,
            (Self::Bus, Class::Street) => 24.0,
            (Self::Bus, Class::Main) => 44.0,
            (Self::Train, Class::Rail) => 118.0,
            _ => return None,
        };
        Some(kmh / 3.6)
    }

    /// The highest of its speeds.
    fn top_speed_mps(self) -> f64 {
        let classes = [Class::Path, Class::Rail, Class::Street, Class::Main, Class::Motorway];
        classes.into_iter().filter_map(|class| self.speed_mps(class)).fold(1.0, f64::max)
    }
}

/// A straight stretch between two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// One end.
    pub from: Node,
    /// The other.
    pub to: Node,
    /// What kind of way.
    pub class: Class,
    /// Index into [`Streets::names`].
    pub name: u16,
}

/// Junctions, stretches and their names.
#[derive(Debug, Default)]
pub struct Streets {
    /// Where the nodes are.
    pub nodes: Vec<Point>,
    /// The stretches.
    pub edges: Vec<Edge>,
    /// Names of streets; the first one is empty.
    pub names: Vec<String>,
    /// For every node, the ends of its edges and which edge it is.
    neighbours: Vec<Vec<(Node, u32)>>,
}

impl Streets {
    /// A network of `edges`.
    pub fn new(nodes: Vec<Point>, edges: Vec<Edge>, names: Vec<String>) -> Self {
        let mut neighbours = vec![Vec::new(); nodes.len()];
        for (i, edge) in edges.iter().enumerate() {
            neighbours[edge.from as usize].push((edge.to, i as u32));
            neighbours[edge.to as usize].push((edge.from, i as u32));
        }
        Self { nodes, edges, names, neighbours }
    }

    /// Where `node` is.
    pub fn at(&self, node: Node) -> Point {
        self.nodes[node as usize]
    }

    /// The edges of `node` with their other ends.
    pub fn around(&self, node: Node) -> impl Iterator<Item = (Node, &Edge)> {
        self.neighbours[node as usize].iter().map(|&(other, edge)| (other, &self.edges[edge as usize]))
    }

    /// Number of stretches that meet at `node`.
    pub fn degree(&self, node: Node) -> usize {
        self.neighbours[node as usize].len()
    }

    /// The node nearest to `point` among those that `mode` can reach by a way of one of `classes`.
    pub fn nearest(&self, point: Point, classes: &[Class]) -> Node {
        let fits = |node: &Node| self.around(*node).any(|(_, edge)| classes.contains(&edge.class));
        let distance = |node: &Node| self.at(*node).distance_m(point);
        let all = (0..self.nodes.len() as Node).filter(fits);
        all.min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
    }

    /// The quickest way for `mode`, both ends included; `None` where there is none. A* with the straight line at top speed
    /// as its guess.
    pub fn route(&self, from: Node, to: Node, mode: Mode) -> Option<Vec<Node>> {
        let goal = self.at(to);
        let guess = |node: Node| self.at(node).distance_m(goal) / mode.top_speed_mps();
        let mut best = vec![f64::INFINITY; self.nodes.len()];
        let mut before = vec![from; self.nodes.len()];
        let mut open = BinaryHeap::from([Open { total_s: guess(from), node: from }]);
        best[from as usize] = 0.0;
        while let Some(Open { node, total_s }) = open.pop() {
            if node == to {
                return Some(walk_back(&before, from, to));
            }
            let so_far_s = best[node as usize];
            if total_s > so_far_s + guess(node) + 1e-6 {
                continue; // reached on a quicker way meanwhile
            }
            for (next, edge) in self.around(node) {
                let Some(speed_mps) = mode.speed_mps(edge.class) else { continue };
                let cost_s = so_far_s + self.at(node).distance_m(self.at(next)) / speed_mps;
                if cost_s < best[next as usize] {
                    best[next as usize] = cost_s;
                    before[next as usize] = node;
                    open.push(Open { total_s: cost_s + guess(next), node: next });
                }
            }
        }
        None
    }
}

fn walk_back(before: &[Node], from: Node, to: Node) -> Vec<Node> {
    let mut way = vec![to];
    let mut node = to;
    while node != from {
        node = before[node as usize];
        way.push(node);
    }
    way.reverse();
    way
}

/// A node to be looked at; the quickest in all comes first.
#[derive(PartialEq)]
struct Open {
    total_s: f64,
    node: Node,
}

impl Eq for Open {}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        other.total_s.total_cmp(&self.total_s).then_with(|| other.node.cmp(&self.node))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
