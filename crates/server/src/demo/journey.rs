//! A way through the streets with its times: where somebody is at every moment of it.

use super::random::Random;
use super::town::{Mode, Node, Point, Streets};

/// Metres between bus stops, roughly.
const BUS_STOP_EVERY_M: f64 = 520.0;

/// One journey. Position is a continuous function of time.
#[derive(Debug, PartialEq)]
pub struct Journey {
    /// How.
    pub mode: Mode,
    /// Where it passes; the same point twice is a stop.
    points: Vec<Point>,
    /// When it passes there, in seconds after the start; as many as points, rising.
    times_s: Vec<f64>,
}

/// Where somebody is on a journey.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    /// Where.
    pub at: Point,
    /// Speed in km/h, over some seconds.
    pub speed_kmh: f64,
    /// Course in degrees clockwise from north.
    pub course_deg: f64,
}

impl Journey {
    /// The journey along `way` in the usual manner of `mode`, with stops determined by `random`.
    pub fn along(streets: &Streets, way: &[Node], mode: Mode, mut random: Random) -> Self {
        let mut journey = Self { mode, points: Vec::new(), times_s: Vec::new() };
        let mut time_s = 0.0;
        let mut since_stop_m = 0.0;
        let briskness = random.between(0.9, 1.12);
        for (i, node) in way.iter().enumerate() {
            let at = streets.at(*node);
            journey.pass(at, time_s);
            let Some(next) = way.get(i + 1) else { break };
            let ahead = streets.at(*next);
            let is_inner = i > 0;
            let turn_deg = if is_inner { turn_deg(streets.at(way[i - 1]), at, ahead) } else { 0.0 };
            since_stop_m += if is_inner { streets.at(way[i - 1]).distance_m(at) } else { 0.0 };
            let halt_s =
                if is_inner { halt_s(mode, streets.degree(*node), turn_deg, &mut random) } else { 0.0 };
            let halt_s = match mode {
                Mode::Bus if since_stop_m > BUS_STOP_EVERY_M && is_inner => {
                    halt_s + random.between(14.0, 32.0)
                }
                _ => halt_s,
            };
            if halt_s > 0.0 {
                time_s += halt_s;
                since_stop_m = 0.0;
                journey.pass(at, time_s);
            }
            let length_m = at.distance_m(ahead);
            let class = streets.around(*node).find(|(other, _)| other == next).map(|(_, edge)| edge.class);
            let usual_mps = class.and_then(|class| mode.speed_mps(class)).unwrap_or(1.3);
            // The long stretches far from anywhere are high-speed line.
            let usual_mps = if length_m > 1_000.0 { 205.0 / 3.6 } else { usual_mps * briskness };
            let slowing = 1.0 - 0.45 * (turn_deg / 90.0).min(1.0) * f64::from(u8::from(mode != Mode::Walk));
            time_s += length_m / (usual_mps * slowing * random.between(0.92, 1.06)).max(0.5);
        }
        journey
    }

    fn pass(&mut self, at: Point, time_s: f64) {
        self.points.push(at);
        self.times_s.push(time_s);
    }

    /// How long it takes, in seconds.
    pub fn duration_s(&self) -> f64 {
        self.times_s.last().copied().unwrap_or(0.0)
    }

    /// Where one is `elapsed_s` after the start; before it at the start, after the end at the end.
    pub fn position(&self, elapsed_s: f64) -> Point {
        let after = self.times_s.partition_point(|time_s| *time_s <= elapsed_s);
        match (after.checked_sub(1), self.points.get(after)) {
            (None, _) => self.points.first().copied().unwrap_or_default(),
            (_, None) => self.points.last().copied().unwrap_or_default(),
            (Some(before), Some(next)) => {
                let (from_s, to_s) = (self.times_s[before], self.times_s[after]);
                self.points[before].towards(*next, (elapsed_s - from_s) / (to_s - from_s).max(1e-9))
            }
        }
    }

    /// Where one is `elapsed_s` after the start, and how one moves there.
    pub fn motion(&self, elapsed_s: f64) -> Motion {
        let (before, after) = (self.position(elapsed_s - 3.0), self.position(elapsed_s + 3.0));
        let at = self.position(elapsed_s);
        Motion { at, speed_kmh: before.distance_m(after) / 6.0 * 3.6, course_deg: before.course_deg(after) }
    }

    /// Its middle point in time.
    pub fn middle(&self) -> Point {
        self.position(self.duration_s() / 2.0)
    }
}

/// How sharply the way bends at `at`, in degrees.
fn turn_deg(before: Point, at: Point, ahead: Point) -> f64 {
    let turn = before.course_deg(at) - at.course_deg(ahead);
    ((turn + 180.0).rem_euclid(360.0) - 180.0).abs()
}

/// How long one waits at a junction, in seconds.
fn halt_s(mode: Mode, ways: usize, turn_deg: f64, random: &mut Random) -> f64 {
    let (share, most_s) = match mode {
        _ if ways < 3 => return 0.0,
        Mode::Walk => (0.05, 20.0),
        Mode::Bike => (0.08, 18.0),
        Mode::Car | Mode::Bus => (if turn_deg > 40.0 { 0.3 } else { 0.12 }, 26.0),
        Mode::Train => (0.9, 100.0),
    };
    if random.chance(share) { random.between(0.3 * most_s, most_s) } else { 0.0 }
}
