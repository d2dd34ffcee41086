//! Laying out the streets: rings and radial roads bent by the land, villages, the roads between them, motorway, railway,
//! promenade and garden paths.

use std::collections::{BTreeMap, HashMap};
use std::f64::consts::{PI, TAU};

use super::land::{self, bent, is_buildable, metres_from_lake};
use super::names;
use super::plane::Point;
use super::streets::{Class, Edge, Node, Streets};
use super::{Stations, Town};
use crate::demo::random::Random;

/// A place with a name on the map.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub at: Point,
    /// How important.
    pub kind: PlaceKind,
}

/// How important a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// The town.
    Town,
    /// A village.
    Village,
    /// A part of the town.
    District,
    /// A water.
    Water,
    /// A green.
    Green,
}

const TOWN: &str = "Lindenau am See";

/// Villages: name, middle, number of rings of streets.
const VILLAGES: [(&str, Point, usize); 13] = [
    ("Erlenbrunn", Point::new(-6_700.0, 900.0), 3),
    ("Tannwies", Point::new(-4_300.0, 6_900.0), 3),
    ("Kirchroda", Point::new(2_900.0, 8_200.0), 4),
    ("Ostermoos", Point::new(7_600.0, 4_700.0), 3),
    ("Wellenhof", Point::new(6_100.0, 500.0), 3),
    ("Altensee", Point::new(12_600.0, -3_400.0), 4),
    ("Rebhalden", Point::new(2_000.0, -9_300.0), 3),
    ("Kaltenried", Point::new(-7_600.0, -9_500.0), 3),
    ("Steinbrück", Point::new(-14_600.0, -3_000.0), 4),
    ("Sonnwald", Point::new(-11_500.0, 8_600.0), 2),
    ("Weidenbach", Point::new(13_200.0, 9_800.0), 3),
    ("Moosleiten", Point::new(600.0, 4_000.0), 2),
    ("Dünenhagen", land::RESORT, 5),
];

/// Roads between villages, as indices into [`VILLAGES`].
const ROADS: [(usize, usize); 13] = [
    (4, 5),
    (5, 6),
    (6, 7),
    (7, 8),
    (8, 0),
    (1, 9),
    (9, 0),
    (2, 10),
    (3, 10),
    (1, 11),
    (11, 2),
    (2, 3),
    (3, 4),
];

/// Villages that the town has roads to.
const TOWN_ROADS: [usize; 5] = [0, 1, 11, 3, 4];

/// Where the railway passes, from the sea to the town and down the lake.
const RAILWAY: [Point; 15] = [
    Point::new(land::RESORT.x - 260.0, land::RESORT.y - 520.0),
    Point::new(-52_000.0, 380_000.0),
    Point::new(-60_000.0, 220_000.0),
    Point::new(-42_000.0, 60_000.0),
    Point::new(-26_000.0, 12_000.0),
    Point::new(-12_500.0, 3_300.0),
    Point::new(-6_500.0, 1_550.0),
    Point::new(-2_200.0, 1_330.0),
    Point::new(120.0, 1_080.0),
    Point::new(2_700.0, 800.0),
    Point::new(6_300.0, 950.0),
    Point::new(9_600.0, -700.0),
    Point::new(12_350.0, -3_050.0),
    Point::new(22_000.0, -7_500.0),
    Point::new(40_000.0, -9_000.0),
];

/// Indices into [`RAILWAY`] where trains stop.
const STATIONS: [usize; 5] = [0, 6, 8, 10, 12];

/// Radii of the town's rings in metres; the first one is the market square.
const RINGS_M: [f64; 12] =
    [0.0, 110.0, 225.0, 345.0, 480.0, 630.0, 800.0, 985.0, 1_190.0, 1_420.0, 1_670.0, 1_940.0];

/// Everything with a name on the map.
pub fn places() -> Vec<Place> {
    let place = |name, at, kind| Place { name, at, kind };
    let mut all = vec![
        place(TOWN, Point::new(0.0, 0.0), PlaceKind::Town),
        place("Lindensee", Point::new(-800.0, -4_300.0), PlaceKind::Water),
        place("Stadtgarten", land::GARDEN, PlaceKind::Green),
        place("Altstadt", Point::new(150.0, 400.0), PlaceKind::District),
        place("Hochfeld", Point::new(-700.0, 1_500.0), PlaceKind::District),
        place("Weststadt", Point::new(-1_750.0, 420.0), PlaceKind::District),
        place("Gewerbepark Ost", Point::new(1_950.0, 330.0), PlaceKind::District),
        place("Gartenstadt", Point::new(1_100.0, 1_350.0), PlaceKind::District),
    ];
    all.extend(VILLAGES.iter().map(|&(name, at, _)| place(name, at, PlaceKind::Village)));
    let woods =
        [("Tannholz", 0), ("Osterwald", 2), ("Großer Forst", 5), ("Wellenhofer Wald", 8), ("Kaltenholz", 9)];
    all.extend(woods.map(|(name, wood)| place(name, land::WOODS[wood].0, PlaceKind::Green)));
    all
}

/// Lays out everything.
pub fn town() -> Town {
    let mut draft = Draft::default();
    let exits = draft.town();
    let villages: Vec<Village> = (0..VILLAGES.len()).map(|index| draft.village(index)).collect();
    for (a, b) in ROADS {
        draft.road(villages[a].gate(VILLAGES[b].1), villages[b].gate(VILLAGES[a].1));
    }
    for village in TOWN_ROADS {
        let middle = VILLAGES[village].1;
        let exit = draft.best_exit(&exits, middle);
        draft.road(exit, villages[village].gate(Point::default()));
    }
    draft.motorway();
    draft.promenade();
    draft.garden();
    let railway = draft.railway();
    draft.drop_islands(&railway);
    let streets = draft.finish();
    let station = |stop: usize| streets.nearest(RAILWAY[stop], &[Class::Rail]);
    let stations = Stations { lindenau: station(8), altensee: station(12), resort: station(0) };
    Town { streets, stations }
}

/// The network while it grows.
#[derive(Default)]
struct Draft {
    nodes: Vec<Point>,
    edges: Vec<Edge>,
    names: Vec<String>,
    known_names: HashMap<String, u16>,
}

/// A village's ends of its spokes.
struct Village {
    middle: Point,
    gates: Vec<(f64, Node)>,
}

impl Village {
    /// Where the road towards `point` begins.
    fn gate(&self, point: Point) -> Node {
        let way = point - self.middle;
        let wanted = way.y.atan2(way.x);
        let turn = |angle: f64| ((angle - wanted + PI).rem_euclid(TAU) - PI).abs();
        let nearest = self.gates.iter().min_by(|a, b| turn(a.0).total_cmp(&turn(b.0)));
        nearest.map_or(0, |gate| gate.1)
    }
}

impl Draft {
    fn node(&mut self, at: Point) -> Node {
        self.nodes.push(at);
        (self.nodes.len() - 1) as Node
    }

    fn edge(&mut self, from: Node, to: Node, class: Class, name: &str) {
        let next = self.names.len() as u16 + 1;
        let name = if name.is_empty() {
            0
        } else if let Some(known) = self.known_names.get(name) {
            *known
        } else {
            self.known_names.insert(name.to_owned(), next);
            self.names.push(name.to_owned());
            next
        };
        self.edges.push(Edge { from, to, class, name });
    }

    /// A way along `points`, which become nodes; they are returned.
    fn chain(&mut self, points: impl IntoIterator<Item = Point>, class: Class, name: &str) -> Vec<Node> {
        let nodes: Vec<Node> = points.into_iter().map(|point| self.node(point)).collect();
        for pair in nodes.windows(2) {
            self.edge(pair[0], pair[1], class, name);
        }
        nodes
    }

    /// The town; the ends of its main roads.
    fn town(&mut self) -> Vec<Node> {
        let mut random = Random::of(&[1]);
        let mut grid: BTreeMap<(usize, usize), Node> = BTreeMap::new();
        for (ring, radius_m) in RINGS_M.iter().enumerate().skip(1) {
            for spoke in (0..64).step_by(64 / spokes(ring)) {
                let loose = if spoke % 8 == 0 { 0.25 } else { 1.0 };
                let angle = TAU * spoke as f64 / 64.0 + random.around(0.035) * loose;
                let at = Point::polar(radius_m + random.around(34.0) * loose, angle);
                let at = bent(Point::new(at.x * 1.22, at.y));
                if is_buildable(at) {
                    grid.insert((ring, spoke), self.node(at));
                }
            }
        }
        let market = self.node(Point::default());
        for (&(ring, spoke), &node) in &grid {
            let is_radial = spoke % 8 == 0;
            let outward = if ring == 1 { Some(&market) } else { grid.get(&(ring - 1, spoke)) };
            if let Some(&inner) = outward {
                if is_radial {
                    let class = if ring <= 2 { Class::Street } else { Class::Main };
                    self.edge(node, inner, class, names::RADIALS[spoke / 8]);
                } else if !random.chance(if ring > 8 { 0.24 } else { 0.16 }) {
                    self.edge(node, inner, Class::Street, &names::street(spoke as u64));
                }
            }
            let step = 64 / spokes(ring);
            if let Some(&next) = grid.get(&(ring, (spoke + step) % 64)) {
                let class = if ring == 6 { Class::Main } else { Class::Street };
                if class == Class::Main || !random.chance(if ring > 8 { 0.28 } else { 0.14 }) {
                    self.arc(node, next, class, names::RINGS[ring - 1]);
                }
            }
        }
        let outermost = |spoke: usize| (1..RINGS_M.len()).rev().find_map(|ring| grid.get(&(ring, spoke)));
        (0..64).step_by(8).filter_map(outermost).copied().collect()
    }

    /// A stretch of ring, rounded by one bend in the middle.
    fn arc(&mut self, from: Node, to: Node, class: Class, name: &str) {
        let (a, b) = (self.nodes[from as usize], self.nodes[to as usize]);
        let middle = a.towards(b, 0.5);
        let sagitta = a.distance_m(b).powi(2) / (8.0 * middle.length_m().max(80.0));
        let out = middle * (1.0 / middle.length_m().max(1.0));
        let bend = self.node(middle + out * sagitta);
        self.edge(from, bend, class, name);
        self.edge(bend, to, class, name);
    }

    fn village(&mut self, index: usize) -> Village {
        let (_, middle, rings) = VILLAGES[index];
        let mut random = Random::of(&[2, index as u64]);
        let mut angles = self.road_angles(index);
        while let Some(gap) = widest_gap(&angles).filter(|gap| gap.1 > 1.3) {
            angles.push(gap.0 + gap.1 / 2.0 + random.around(0.15));
            angles.sort_by(f64::total_cmp);
        }
        let roads = self.road_angles(index);
        let centre = self.node(middle);
        let mut gates = Vec::new();
        let mut inner: Vec<Option<Node>> = vec![Some(centre); angles.len()];
        for ring in 1..=rings {
            let mut nodes = Vec::new();
            for (angle, inner) in angles.iter().zip(&inner) {
                let is_road = roads.contains(angle);
                let radius_m = 125.0 * ring as f64 * random.between(0.82, 1.25);
                let turn = if is_road { 0.0 } else { random.around(0.12) };
                let at = middle + Point::polar(radius_m, angle + turn);
                let kept = is_buildable(at) && (is_road || inner.is_some() && !random.chance(0.18));
                let node = kept.then(|| self.node(at));
                if let (Some(inner), Some(node)) = (*inner, node) {
                    let class = if is_road { Class::Main } else { Class::Street };
                    let name =
                        if is_road { "Dorfstraße".to_owned() } else { names::street(random.next() % 997) };
                    self.edge(inner, node, class, &name);
                }
                if let (true, Some(node)) = (ring == rings, node) {
                    gates.push((*angle, node));
                }
                nodes.push(node);
            }
            for (i, node) in nodes.iter().enumerate() {
                if let (Some(node), Some(next)) = (*node, nodes[(i + 1) % nodes.len()])
                    && node != next
                    && !random.chance(0.2)
                {
                    self.edge(node, next, Class::Street, &names::street(random.next() % 997));
                }
            }
            inner = nodes;
        }
        Village { middle, gates }
    }

    /// In which directions roads leave a village, sorted.
    fn road_angles(&self, index: usize) -> Vec<f64> {
        let middle = VILLAGES[index].1;
        let ends = ROADS.iter().filter_map(|&(a, b)| match index {
            _ if a == index => Some(VILLAGES[b].1),
            _ if b == index => Some(VILLAGES[a].1),
            _ => None,
        });
        let town = TOWN_ROADS.contains(&index).then(Point::default);
        let angle = |end: Point| (end.y - middle.y).atan2(end.x - middle.x);
        let mut angles: Vec<f64> = ends.chain(town).map(angle).collect();
        if angles.is_empty() {
            angles.push(-PI / 2.0);
        }
        angles.sort_by(f64::total_cmp);
        angles
    }

    fn best_exit(&self, exits: &[Node], towards: Point) -> Node {
        let distance = |node: &Node| self.nodes[*node as usize].distance_m(towards);
        exits.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
    }

    /// A road across the country, with the bends such roads have. It keeps out of the lake.
    fn road(&mut self, from: Node, to: Node) {
        let (a, b) = (self.nodes[from as usize], self.nodes[to as usize]);
        let length_m = a.distance_m(b);
        let mut random = Random::of(&[3, u64::from(from), u64::from(to)]);
        let (wide, narrow) = (random.around(0.05) * length_m, random.around(0.03) * length_m);
        let way = b - a;
        let aside = Point::new(-way.y, way.x) * (1.0 / length_m.max(1.0));
        let steps = (length_m / 110.0).ceil().max(2.0);
        let point = |i: f64| {
            let share = i / steps;
            let swing = wide * (PI * share).sin() + narrow * (3.0 * PI * share).sin();
            away_from_lake(a.towards(b, share) + aside * swing)
        };
        let middle: Vec<Point> = (1..steps as i32).map(|i| point(f64::from(i))).collect();
        let nodes = self.chain(middle, Class::Main, "Landstraße");
        if let (Some(first), Some(last)) = (nodes.first(), nodes.last()) {
            self.edge(from, *first, Class::Main, "Landstraße");
            self.edge(*last, to, Class::Main, "Landstraße");
        }
    }

    /// A motorway past the town, with a junction wherever a main road crosses it.
    fn motorway(&mut self) {
        let crossings: Vec<Node> = (0..self.nodes.len() as Node)
            .filter(|node| {
                self.edges.iter().any(|e| e.class == Class::Main && (e.from == *node || e.to == *node))
            })
            .collect();
        let y = |x: f64| 2_950.0 + 420.0 * (x / 5_200.0 + 0.9).sin() + 0.000_004 * x * x;
        let points = (-180..=180).map(|i| f64::from(i) * 200.0).map(|x| Point::new(x, y(x)));
        let lane = self.chain(points, Class::Motorway, "Lindenautobahn");
        let mut last = Point::new(f64::INFINITY, 0.0);
        for node in lane {
            let at = self.nodes[node as usize];
            let distance = |other: &Node| self.nodes[*other as usize].distance_m(at);
            let near = crossings.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)));
            if let Some(near) = near.filter(|near| distance(near) < 130.0 && at.distance_m(last) > 2_000.0) {
                self.edge(node, near, Class::Main, "");
                last = at;
            }
        }
    }

    /// A promenade along the shore, joined to the streets.
    fn promenade(&mut self) {
        let shore = land::lake_shore();
        let inland = |point: &Point| Point::new(point.x, point.y + 32.0);
        let mut points: Vec<Point> = shore
            .iter()
            .filter(|p| p.y > -2_000.0 && (-2_700.0..2_900.0).contains(&p.x))
            .map(inland)
            .collect();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        let before = self.nodes.len();
        let way = self.chain(points, Class::Path, "Seepromenade");
        for node in way {
            self.link_to_street(node, before, 230.0);
        }
    }

    /// Paths of the town garden.
    fn garden(&mut self) {
        let before = self.nodes.len();
        let border: Vec<Point> =
            land::garden_border().iter().map(|point| land::GARDEN.towards(*point, 0.72)).step_by(2).collect();
        let around = self.chain(border, Class::Path, "Stadtgarten");
        if let (Some(first), Some(last)) = (around.first(), around.last()) {
            self.edge(*last, *first, Class::Path, "Stadtgarten");
        }
        let middle = self.node(land::GARDEN + Point::new(30.0, -20.0));
        for node in around.iter().step_by(4) {
            self.edge(middle, *node, Class::Path, "Stadtgarten");
            self.link_to_street(*node, before, 320.0);
        }
    }

    /// A railway along the lake and away to the sea; its nodes. Its stations are joined to the streets.
    fn railway(&mut self) -> Vec<Node> {
        let before = self.nodes.len();
        let line = self.chain(smooth(&RAILWAY), Class::Rail, "Seebahn");
        for stop in STATIONS {
            let at = |node: &&Node| self.nodes[**node as usize].distance_m(RAILWAY[stop]);
            let platform = line.iter().min_by(|a, b| at(a).total_cmp(&at(b))).copied();
            if let Some(platform) = platform {
                self.link_to_street(platform, before, 900.0);
            }
        }
        line
    }

    /// Joins `node` by a path to the nearest street among the nodes before `before`, if one is near enough.
    fn link_to_street(&mut self, node: Node, before: usize, most_m: f64) {
        let at = self.nodes[node as usize];
        let on_street = |n: &Node| {
            self.edges
                .iter()
                .any(|e| matches!(e.class, Class::Street | Class::Main) && (e.from == *n || e.to == *n))
        };
        let distance = |n: &Node| self.nodes[*n as usize].distance_m(at);
        let near = (0..before as Node).filter(|n| distance(n) < most_m).filter(on_street);
        if let Some(near) = near.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            self.edge(node, near, Class::Path, "");
        }
    }

    /// Drops the ways that cannot be reached from the railway, which joins the town and the resort.
    fn drop_islands(&mut self, railway: &[Node]) {
        let network = Streets::new(self.nodes.clone(), self.edges.clone(), Vec::new());
        let mut reached = vec![false; self.nodes.len()];
        let mut open: Vec<Node> = railway.first().copied().into_iter().collect();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut reached[node as usize], true) {
                open.extend(network.around(node).map(|(other, _)| other));
            }
        }
        self.edges.retain(|edge| reached[edge.from as usize]);
    }

    fn finish(mut self) -> Streets {
        self.names.insert(0, String::new());
        Streets::new(self.nodes, self.edges, self.names)
    }
}

fn spokes(ring: usize) -> usize {
    match ring {
        0..=2 => 8,
        3..=5 => 16,
        6..=8 => 32,
        _ => 64,
    }
}

/// The start and the width of the widest gap between sorted angles.
fn widest_gap(angles: &[f64]) -> Option<(f64, f64)> {
    let next = |i: usize| if i + 1 < angles.len() { angles[i + 1] } else { angles[0] + TAU };
    let gaps = angles.iter().enumerate().map(|(i, angle)| (*angle, next(i) - angle));
    gaps.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// `point`, moved out of the lake along the line from its middle.
fn away_from_lake(point: Point) -> Point {
    let too_near_m = 180.0 - metres_from_lake(point);
    if too_near_m <= 0.0 {
        return point;
    }
    let out = point - Point::new(-800.0, -4_300.0);
    point + out * (too_near_m / out.length_m().max(1.0))
}

/// A smooth line through `stops` (Catmull-Rom), with points every 150 m near the town and every 2 km far away.
fn smooth(stops: &[Point]) -> Vec<Point> {
    let mut points = Vec::new();
    for i in 0..stops.len() - 1 {
        let (a, b) = (stops[i], stops[i + 1]);
        let before = stops[i.saturating_sub(1)];
        let after = stops[(i + 2).min(stops.len() - 1)];
        let step_m = if a.length_m().max(b.length_m()) > 45_000.0 { 2_000.0 } else { 150.0 };
        let steps = (a.distance_m(b) / step_m).ceil().max(1.0);
        for k in 0..steps as i32 {
            let t = f64::from(k) / steps;
            let (t2, t3) = (t * t, t * t * t);
            // Tangents no longer than the stretch itself, or the line would overshoot where spacings differ.
            let tangent = |way: Point| way * (0.5_f64).min(a.distance_m(b) / way.length_m().max(1.0));
            points.push(
                a * (2.0 * t3 - 3.0 * t2 + 1.0)
                    + tangent(b - before) * (t3 - 2.0 * t2 + t)
                    + b * (3.0 * t2 - 2.0 * t3)
                    + tangent(after - a) * (t3 - t2),
            );
        }
    }
    points.extend(stops.last());
    points
}
