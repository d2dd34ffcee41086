//! Who lives in the demo: five people of one family, what they carry, and where they go. All invented.

use super::town::{Mode, Node, Point, Town};

/// One person with one device.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Index into [`PEOPLE`].
    pub index: usize,
    /// Name on the card.
    pub name: &'static str,
    /// User in topics.
    pub user: &'static str,
    /// Device in topics.
    pub device: &'static str,
    /// Tracker id.
    pub tracker_id: &'static str,
    /// How they get about when they just go for a round.
    pub round: Mode,
}

/// Everybody.
pub const PEOPLE: [Person; 5] = [
    person(0, "Anna", "anna", "phone", "AN", Mode::Car),
    person(1, "Ben", "ben", "phone", "BE", Mode::Bike),
    person(2, "Clara", "clara", "bike", "CL", Mode::Bike),
    person(3, "Emil", "emil", "watch", "EM", Mode::Walk),
    person(4, "Frieda", "frieda", "phone", "FR", Mode::Walk),
];

const fn person(
    index: usize,
    name: &'static str,
    user: &'static str,
    device: &'static str,
    tracker_id: &'static str,
    round: Mode,
) -> Person {
    Person { index, name, user, device, tracker_id, round }
}

/// The places of their days.
#[derive(Debug)]
pub struct Places {
    /// The family's house.
    pub home: Node,
    /// Grandmother's house in the next village.
    pub grandma: Node,
    /// School.
    pub school: Node,
    /// Anna's laboratory.
    pub laboratory: Node,
    /// Ben's workshop, down the lake.
    pub workshop: Node,
    /// Football, judo.
    pub sports: Node,
    /// Rowing club.
    pub harbour: Node,
    /// Supermarket.
    pub shop: Node,
    /// Market square.
    pub market: Node,
    /// Town garden.
    pub garden: Node,
    /// Friends' houses.
    pub friends: [Node; 4],
    /// Places for a Sunday.
    pub outings: [Node; 5],
    /// Station, where trains leave.
    pub station: Node,
    /// Station near Ben's workshop.
    pub workshop_station: Node,
    /// Station of the resort.
    pub resort_station: Node,
    /// Holiday flat.
    pub lodging: Node,
    /// Where one goes in the resort.
    pub beach: [Node; 4],
}

impl Places {
    /// Finds them in `town`.
    pub fn of(town: &Town) -> Self {
        let near = |x: f64, y: f64| town.street_near(Point::new(x, y));
        let resort = |x: f64, y: f64| town.street_near(super::town::land::RESORT + Point::new(x, y));
        Self {
            home: near(-1_450.0, 760.0),
            grandma: near(-6_850.0, 1_120.0),
            school: near(640.0, 520.0),
            laboratory: near(2_050.0, 380.0),
            workshop: near(12_750.0, -3_650.0),
            sports: near(-620.0, 1_640.0),
            harbour: near(560.0, -690.0),
            shop: near(-900.0, 260.0),
            market: near(60.0, 60.0),
            garden: near(-1_000.0, -130.0),
            friends: [near(900.0, 1_250.0), near(-2_050.0, 240.0), near(330.0, -520.0), near(-330.0, 930.0)],
            outings: [
                near(7_700.0, 4_850.0),
                near(2_900.0, 8_300.0),
                near(-4_300.0, 7_000.0),
                near(2_000.0, -9_250.0),
                near(13_200.0, 9_900.0),
            ],
            station: town.stations.lindenau,
            workshop_station: town.stations.altensee,
            resort_station: town.stations.resort,
            lodging: resort(330.0, 150.0),
            beach: [resort(-80.0, 420.0), resort(-420.0, 260.0), resort(500.0, -200.0), resort(40.0, 40.0)],
        }
    }

    /// Where `person` lives.
    pub fn home_of(&self, person: &Person) -> Node {
        if person.user == "frieda" { self.grandma } else { self.home }
    }

    /// Regions that the phones know: name, node, radius in metres. The same for everybody.
    pub fn regions(&self) -> [(&'static str, Node, f64); 6] {
        [
            ("Home", self.home, 120.0),
            ("Grandma", self.grandma, 120.0),
            ("School", self.school, 140.0),
            ("Laboratory", self.laboratory, 150.0),
            ("Workshop", self.workshop, 150.0),
            ("Sports club", self.sports, 150.0),
        ]
    }
}
