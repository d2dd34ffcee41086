//! The town on the plane of web maps, ready for drawing: computed once.

use dashboard_core::geo::WorldPoint;

use crate::demo::random::Random;
use crate::demo::town::{Class, Place, Point, Town, land, places};

/// A corner on the plane of web maps, in units of the world's width.
pub type Corner = (f64, f64);

/// A shape with its bounds: least and greatest x and y.
#[derive(Debug)]
pub struct Shape {
    /// Corners.
    pub corners: Vec<Corner>,
    /// Least x, least y, greatest x, greatest y.
    pub bounds: [f64; 4],
}

/// A road.
#[derive(Debug)]
pub struct Road {
    /// Its ends.
    pub shape: Shape,
    /// What kind.
    pub class: Class,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// What is built along it.
    pub built: Option<Built>,
}

/// What is built along a road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Built {
    /// Houses.
    Houses,
    /// Trade and industry.
    Industry,
}

/// A name to be written.
#[derive(Debug)]
pub struct Name {
    /// What and how important.
    pub place: Place,
    /// Where.
    pub at: Corner,
}

/// Everything on the map.
#[derive(Debug)]
pub struct Chart {
    /// Lake and sea.
    pub waters: Vec<Shape>,
    /// Fields, by colour.
    pub fields: [Vec<Shape>; 4],
    /// Woods.
    pub woods: Vec<Shape>,
    /// Parks.
    pub parks: Vec<Shape>,
    /// Beaches.
    pub sands: Vec<Shape>,
    /// Roads, paths and railways.
    pub roads: Vec<Road>,
    /// Houses.
    pub houses: Vec<Shape>,
    /// Names of places.
    pub names: Vec<Name>,
}

impl Chart {
    /// The map of `town`.
    pub fn of(town: &Town) -> Self {
        let roads = town.streets.edges.iter().map(|edge| {
            let ends = [town.streets.at(edge.from), town.streets.at(edge.to)];
            let middle = ends[0].towards(ends[1], 0.5);
            let name = town.streets.names.get(usize::from(edge.name)).filter(|name| !name.is_empty());
            Road {
                shape: Shape::of(&ends),
                class: edge.class,
                name: name.cloned(),
                built: built(edge.class, middle),
            }
        });
        Self {
            waters: vec![Shape::of(&land::lake_shore()), Shape::of(&sea())],
            fields: fields(),
            woods: (0..land::WOODS.len()).map(|wood| Shape::of(&land::wood_border(wood))).collect(),
            parks: vec![Shape::of(&land::garden_border())],
            sands: vec![Shape::of(&beach())],
            roads: roads.collect(),
            houses: houses(town),
            names: places().into_iter().map(|place| Name { at: corner(place.at), place }).collect(),
        }
    }
}

impl Shape {
    fn of(points: &[Point]) -> Self {
        let corners: Vec<Corner> = points.iter().map(|point| corner(*point)).collect();
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for (x, y) in &corners {
            bounds = [bounds[0].min(*x), bounds[1].min(*y), bounds[2].max(*x), bounds[3].max(*y)];
        }
        Self { corners, bounds }
    }
}

/// Where a point of the town is on the plane of web maps.
pub fn corner(point: Point) -> Corner {
    let world = WorldPoint::from_position(point.position());
    (world.x, world.y)
}

/// What is built along a road of that class at `middle`.
fn built(class: Class, middle: Point) -> Option<Built> {
    match class {
        Class::Street | Class::Main if is_industrial(middle) => Some(Built::Industry),
        Class::Street => Some(Built::Houses),
        Class::Main if middle.length_m() < 1_500.0 => Some(Built::Houses),
        _ => None,
    }
}

/// Where trade and industry are.
fn is_industrial(point: Point) -> bool {
    (1_560.0..2_700.0).contains(&point.x) && (-250.0..760.0).contains(&point.y)
}

/// Fields around the town: crooked four-sided pieces of a few hundred metres, sparser farther out.
fn fields() -> [Vec<Shape>; 4] {
    const REACH: i32 = 46;
    let post = |column: i32, row: i32| {
        let mut random = Random::of(&[11, column as u64, row as u64]);
        let slanted = Point::new(f64::from(column) * 520.0 + f64::from(row) * 130.0, f64::from(row) * 410.0);
        land::bent(slanted + Point::new(random.around(170.0), random.around(140.0)))
    };
    let mut fields: [Vec<Shape>; 4] = Default::default();
    for column in -REACH..REACH {
        for row in -REACH..REACH {
            let corners =
                [post(column, row), post(column + 1, row), post(column + 1, row + 1), post(column, row + 1)];
            let mut random = Random::of(&[12, column as u64, row as u64]);
            let far = corners[0].length_m() / 20_000.0;
            if random.chance(0.93 - 0.85 * far * far) {
                fields[random.below(4)].push(Shape::of(&corners));
            }
        }
    }
    fields
}

/// The sea north of the resort.
fn sea() -> Vec<Point> {
    let shore = (-120..=120).map(|i| f64::from(i) * 500.0 + land::RESORT.x);
    let mut border: Vec<Point> = shore.map(|x| Point::new(x, land::sea_shore_y(x))).collect();
    border.push(Point::new(land::RESORT.x + 60_000.0, land::RESORT.y + 90_000.0));
    border.push(Point::new(land::RESORT.x - 60_000.0, land::RESORT.y + 90_000.0));
    border
}

/// A strip of sand along the sea.
fn beach() -> Vec<Point> {
    let along = (-60..=60).map(|i| f64::from(i) * 150.0 + land::RESORT.x);
    let near: Vec<Point> = along.map(|x| Point::new(x, land::sea_shore_y(x))).collect();
    let far = near.iter().rev().map(|p| *p - Point::new(0.0, 70.0 + 25.0 * (p.x / 400.0).sin()));
    near.iter().copied().chain(far.collect::<Vec<_>>()).collect()
}

/// Houses along the streets, on both sides, none on a street and none on another house.
fn houses(town: &Town) -> Vec<Shape> {
    let streets = &town.streets;
    let mut random = Random::of(&[10]);
    let mut ground = Ground::of(town);
    let mut houses = Vec::new();
    for edge in &streets.edges {
        let (from, to) = (streets.at(edge.from), streets.at(edge.to));
        let length_m = from.distance_m(to);
        let in_town = edge.class == Class::Main && from.length_m() < 2_200.0;
        if !(edge.class == Class::Street || in_town) || length_m < 30.0 {
            continue;
        }
        let along = (to - from) * (1.0 / length_m);
        let aside = Point::new(-along.y, along.x);
        let industrial = is_industrial(from.towards(to, 0.5));
        let old_town = from.length_m() < 520.0;
        // Two rows on either side; the second one in the yards, with smaller houses and more gaps.
        for (side, row) in [(-1.0, 0), (1.0, 0), (-1.0, 1), (1.0, 1)] {
            let mut place_m = random.between(12.0, 20.0);
            while place_m < length_m - 12.0 {
                let (wide, deep, gap) = if industrial {
                    (random.between(30.0, 70.0), random.between(24.0, 46.0), random.between(12.0, 30.0))
                } else if old_town {
                    (random.between(14.0, 25.0), random.between(14.0, 21.0), random.between(0.0, 2.0))
                } else {
                    (random.between(11.0, 21.0), random.between(10.0, 15.0), random.between(4.0, 13.0))
                };
                let (deep, gap) = if row == 0 { (deep, gap) } else { (deep * 0.75, gap + 6.0) };
                let setback = if old_town { 7.5 } else { random.between(9.5, 14.0) };
                let setback = setback + f64::from(row) * if industrial { 58.0 } else { 30.0 };
                let middle = from + along * (place_m + wide / 2.0) + aside * (side * (setback + deep / 2.0));
                let fits = place_m + wide < length_m - 8.0 && land::is_buildable(middle);
                let radius_m = wide.min(deep) * if old_town { 0.4 } else { 0.55 };
                let kept = !random.chance(if row == 0 { 0.06 } else { 0.4 });
                if fits && kept && ground.take(middle, radius_m) {
                    let (a, b) = (along * (wide / 2.0), aside * (deep / 2.0));
                    houses.push(Shape::of(&[middle - a - b, middle + a - b, middle + a + b, middle - a + b]));
                }
                place_m += wide + gap;
            }
        }
    }
    houses
}

/// Ground that is taken, in cells of a few metres.
struct Ground(std::collections::HashSet<(i32, i32)>);

impl Ground {
    const CELL_M: f64 = 4.0;

    fn of(town: &Town) -> Self {
        let mut ground = Self(std::collections::HashSet::new());
        for edge in &town.streets.edges {
            let (from, to) = (town.streets.at(edge.from), town.streets.at(edge.to));
            if from.length_m() > 30_000.0 && from.distance_m(land::RESORT) > 3_000.0 {
                continue;
            }
            let steps = (from.distance_m(to) / Self::CELL_M).ceil().max(1.0);
            for i in 0..=steps as i32 {
                let at = from.towards(to, f64::from(i) / steps);
                for (dx, dy) in [(0.0, 0.0), (3.0, 0.0), (-3.0, 0.0), (0.0, 3.0), (0.0, -3.0)] {
                    ground.0.insert(Self::cell(at + Point::new(dx, dy)));
                }
            }
        }
        ground
    }

    fn cell(point: Point) -> (i32, i32) {
        ((point.x / Self::CELL_M).floor() as i32, (point.y / Self::CELL_M).floor() as i32)
    }

    /// Takes the ground around `middle` unless some of it is taken.
    fn take(&mut self, middle: Point, radius_m: f64) -> bool {
        let (low, high) = (
            Self::cell(middle - Point::new(radius_m, radius_m)),
            Self::cell(middle + Point::new(radius_m, radius_m)),
        );
        let cells = || (low.0..=high.0).flat_map(move |x| (low.1..=high.1).map(move |y| (x, y)));
        let free = cells().all(|cell| !self.0.contains(&cell));
        if free {
            self.0.extend(cells());
        }
        free
    }
}
