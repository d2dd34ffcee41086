//! What belongs to a friend's marker and lies flat on the map: the live trail, and the accuracy of the selected one.

use std::collections::HashMap;
use std::rc::Rc;

use dashboard_core::geo::LatLon;
use dashboard_core::model::view::{FriendView, FriendsView};
use dashboard_core::owntracks::FriendId;
use wasm_bindgen::JsCast;

use super::leaflet::{self, Circle, CircleOptions, Layer, Map, Polyline, PolylineOptions};

/// Trails and the accuracy circle.
pub struct Surroundings {
    map: Map,
    trails: HashMap<FriendId, Trail>,
    accuracy: Option<Accuracy>,
}

struct Trail {
    places: Rc<[LatLon]>,
    colour: u8,
    line: Polyline,
}

struct Accuracy {
    /// Whose, where, how far, in which colour: what it was drawn from.
    of: (FriendId, LatLon, f32, u8),
    circle: Circle,
}

impl Surroundings {
    /// Nothing yet.
    pub fn new(map: Map) -> Self {
        Self { map, trails: HashMap::new(), accuracy: None }
    }

    /// Shows what belongs to the friends that are shown.
    pub fn show(&mut self, friends: &FriendsView, shown: bool) {
        let mut leaving = std::mem::take(&mut self.trails);
        for friend in friends.friends.iter().filter(|friend| shown && !friend.hidden) {
            if friend.trail.len() < 2 {
                continue;
            }
            let trail = match leaving.remove(&friend.id) {
                Some(mut staying) => {
                    staying.change(friend);
                    staying
                }
                None => Trail::enter(&self.map, friend),
            };
            self.trails.insert(friend.id.clone(), trail);
        }
        let selected = friends.friends.iter().find(|friend| shown && friend.selected && !friend.hidden);
        self.show_accuracy(selected);
    }

    fn show_accuracy(&mut self, selected: Option<&Rc<FriendView>>) {
        let wanted = selected.and_then(|friend| {
            let fix = friend.fix.as_ref()?;
            Some((friend.id.clone(), fix.position, fix.accuracy_m.filter(|m| *m > 0.0)?, friend.colour))
        });
        if self.accuracy.as_ref().map(|accuracy| &accuracy.of) != wanted.as_ref() {
            self.accuracy = wanted.map(|of| Accuracy::enter(&self.map, of));
        }
    }
}

impl Trail {
    fn enter(map: &Map, friend: &FriendView) -> Self {
        let options = PolylineOptions::new();
        options.set_interactive(false);
        options.set_class_name("friend-trail".into());
        let line = Polyline::new_with_options(&leaflet::lat_lngs(unrolled(&friend.trail)), &options);
        line.add_to(map);
        leaflet::colour(&line, friend.colour);
        Self { places: friend.trail.clone(), colour: friend.colour, line }
    }

    fn change(&mut self, friend: &FriendView) {
        if self.colour != friend.colour {
            self.colour = friend.colour;
            leaflet::colour(&self.line, friend.colour);
        }
        if !Rc::ptr_eq(&self.places, &friend.trail) {
            self.places = friend.trail.clone();
            self.line.set_lat_lngs(&leaflet::lat_lngs(unrolled(&friend.trail)));
        }
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        self.line.remove();
    }
}

impl Accuracy {
    fn enter(map: &Map, of: (FriendId, LatLon, f32, u8)) -> Self {
        let (_, place, radius_m, colour) = &of;
        let options = CircleOptions::new();
        options.set_radius(f64::from(*radius_m));
        options.set_interactive(false);
        options.set_class_name("friend-accuracy".into());
        let circle = Circle::new_with_options(&leaflet::lat_lng(*place), &options);
        circle.add_to(map);
        leaflet::colour(&circle, *colour);
        Self { of, circle }
    }
}

impl Drop for Accuracy {
    fn drop(&mut self) {
        self.circle.unchecked_ref::<Layer>().remove();
    }
}

/// Longitudes that run on over the 180° meridian, so that the line does not go round the world.
pub(super) fn unrolled(places: &[LatLon]) -> impl Iterator<Item = (f64, f64)> + '_ {
    let mut last_lon = places.first().map_or(0.0, |place| place.lon());
    places.iter().map(move |place| {
        let turns = ((last_lon - place.lon()) / 360.0).round();
        last_lon = place.lon() + turns * 360.0;
        (place.lat(), last_lon)
    })
}
