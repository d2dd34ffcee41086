//! The lie of the land: shores, heights, woods and parks.

use std::f64::consts::TAU;

use super::plane::Point;

/// Level of the lake above the sea, in metres.
const LAKE_LEVEL_M: f64 = 396.0;

/// Middle of the lake.
const LAKE: Point = Point::new(-800.0, -4_300.0);

/// Middle of the town garden.
pub const GARDEN: Point = Point::new(-1_080.0, -330.0);

/// Middle of the resort by the sea, a few hours away by train.
pub const RESORT: Point = Point::new(-60_000.0, 455_000.0);

/// Corners of the lake's shore, counter-clockwise.
pub fn lake_shore() -> Vec<Point> {
    let corners = 240;
    (0..corners).map(|i| lake_at(TAU * f64::from(i) / f64::from(corners))).collect()
}

fn lake_at(angle: f64) -> Point {
    let wave = 1.0
        + 0.060 * (2.0 * angle + 0.9).sin()
        + 0.055 * (3.0 * angle + 0.6).sin()
        + 0.028 * (5.0 * angle + 2.0).sin()
        + 0.012 * (11.0 * angle).sin()
        + 0.006 * (23.0 * angle + 1.0).sin();
    LAKE + Point::new(angle.cos() * 9_800.0 * wave, angle.sin() * 3_250.0 * wave)
}

/// How far `point` is from the lake, roughly, in metres; negative within it.
pub fn metres_from_lake(point: Point) -> f64 {
    let from = point - LAKE;
    // The angle of the ellipse's parameter, not of the ray: the two belong to the same shore point only this way.
    let angle = (from.y / 3_250.0).atan2(from.x / 9_800.0);
    let shore = lake_at(angle) - LAKE;
    let beyond = from.length_m() / shore.length_m() - 1.0;
    beyond * shore.length_m()
}

/// Whether streets can be built at `point`.
pub fn is_buildable(point: Point) -> bool {
    let in_garden = garden_share(point) < 1.0;
    metres_from_lake(point) > 70.0 && !in_garden && !is_sea(point)
}

/// How far out of the town garden `point` is: below 1 within.
fn garden_share(point: Point) -> f64 {
    let from = point - GARDEN;
    (from.x / 330.0).hypot(from.y / 250.0)
}

/// Border of the town garden.
pub fn garden_border() -> Vec<Point> {
    let corners = 40;
    let at = |i: i32| {
        let angle = TAU * f64::from(i) / f64::from(corners);
        let wave = 0.9 + 0.05 * (3.0 * angle).sin();
        GARDEN + Point::new(330.0 * angle.cos(), 250.0 * angle.sin()) * wave
    };
    (0..corners).map(at).collect()
}

/// Whether `point` lies in the sea that the resort is at.
pub fn is_sea(point: Point) -> bool {
    point.y > sea_shore_y(point.x)
}

/// Where the sea begins at `x`, in metres north.
pub fn sea_shore_y(x: f64) -> f64 {
    RESORT.y + 480.0 + 220.0 * (x / 2_900.0).sin() + 60.0 * (x / 610.0).sin()
}

/// Height above the sea in metres.
pub fn altitude_m(point: Point) -> f64 {
    if point.y > RESORT.y / 2.0 {
        return 6.0 + 4.0 * (point.x / 900.0).sin();
    }
    let from_lake_m = metres_from_lake(point).max(0.0);
    let hills = (point.x / 3_100.0).sin() * (point.y / 2_700.0 + 0.8).cos();
    LAKE_LEVEL_M + 4.0 + from_lake_m.min(12_000.0) * 0.018 + hills * from_lake_m.min(4_000.0) * 0.012
}

/// Bends straight plans a little, as hills and owners of fields did: a smooth shift of up to a hundred metres.
pub fn bent(point: Point) -> Point {
    let Point { x, y } = point;
    let reach = 20.0 + 0.035 * point.length_m().min(2_500.0);
    let shift = Point::new(
        (y / 520.0 + 1.3).sin() + 0.6 * ((x + y) / 310.0).sin(),
        (x / 610.0 + 0.4).sin() + 0.6 * ((x - 1.4 * y) / 350.0 + 2.0).sin(),
    );
    point + shift * reach
}

/// Woods: middles and radii in metres.
pub const WOODS: [(Point, f64); 12] = [
    (Point::new(-2_600.0, 3_700.0), 800.0),
    (Point::new(-1_300.0, 4_000.0), 620.0),
    (Point::new(3_900.0, 3_050.0), 900.0),
    (Point::new(5_400.0, 2_350.0), 700.0),
    (Point::new(1_300.0, 6_100.0), 1_000.0),
    (Point::new(-9_400.0, 4_600.0), 1_700.0),
    (Point::new(-7_000.0, 5_600.0), 1_200.0),
    (Point::new(9_900.0, 8_300.0), 1_500.0),
    (Point::new(11_800.0, 1_700.0), 1_900.0),
    (Point::new(-3_500.0, -11_500.0), 2_200.0),
    (Point::new(6_400.0, -11_000.0), 2_400.0),
    (Point::new(-1_500.0, 12_600.0), 2_600.0),
];

/// Border of a wood of [`WOODS`].
pub fn wood_border(wood: usize) -> Vec<Point> {
    let (middle, radius_m) = WOODS[wood % WOODS.len()];
    let corners = 90;
    let phase = wood as f64;
    let at = |i: i32| {
        let angle = TAU * f64::from(i) / f64::from(corners);
        let wave = 1.0
            + 0.16 * (2.0 * angle + phase).sin()
            + 0.11 * (5.0 * angle + 2.0 * phase).sin()
            + 0.05 * (9.0 * angle + phase).sin()
            + 0.03 * (17.0 * angle).sin();
        middle + Point::polar(radius_m * wave, angle)
    };
    (0..corners).map(at).collect()
}
