//! Regions and points of interest.

use crate::ordered::OrderedMap;

use crate::owntracks::{FriendId, Location, Waypoint};
use crate::time::UnixSeconds;

use super::friends::Friends;
use super::view::{PlacesView, PoiView, RegionView};

/// More regions than this are not taken in. A phone can watch twenty; some people import lists.
const MAX_REGIONS: usize = 5000;

/// More points of interest than this are not kept; the oldest goes. They may carry pictures.
const MAX_POI: usize = 200;

/// Regions and points of interest.
#[derive(Debug, Default)]
pub(super) struct Places {
    regions: OrderedMap<(FriendId, String), Waypoint>,
    poi: OrderedMap<(UnixSeconds, FriendId), PoiView>,
    changed: bool,
}

impl Places {
    /// One region was created, edited or taken away.
    pub fn take_region(&mut self, friend: &FriendId, region: Waypoint) {
        let key = (friend.clone(), region.key.clone());
        if region.centre.is_none() {
            self.changed |= self.regions.remove(&key).is_some();
        } else if self.regions.get(&key) != Some(&region)
            && (self.regions.len() < MAX_REGIONS || self.regions.contains_key(&key))
        {
            self.regions.insert(key, region);
            self.changed = true;
        }
    }

    /// All regions of a phone: those not among them are gone. (Deleting one on the phone publishes nothing.)
    pub fn take_regions(&mut self, friend: &FriendId, regions: Vec<Waypoint>) {
        let before = self.regions.len();
        self.regions
            .retain(|(owner, key), _| owner != friend || regions.iter().any(|region| region.key == *key));
        self.changed |= self.regions.len() != before;
        for region in regions {
            self.take_region(friend, region);
        }
    }

    /// A location that may name a point of interest.
    pub fn take_location(&mut self, friend: &FriendId, location: &Location) {
        let Some(name) = &location.poi else { return };
        let poi = PoiView {
            friend: friend.clone(),
            name: name.clone(),
            position: location.position,
            time_s: location.time_s,
            picture: location.poi_picture.as_ref().map(|picture| picture.data_url.clone()),
            colour: 0,
        };
        let key = (location.time_s, friend.clone());
        // The Recorder leaves pictures out of some of its tellings.
        let adds_something =
            self.poi.get(&key).is_none_or(|known| known.picture.is_none() && poi.picture.is_some());
        if adds_something {
            self.poi.insert(key, poi);
            self.changed = true;
        }
        if self.poi.len() > MAX_POI {
            self.poi.pop_first();
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.changed |= !self.regions.is_empty() || !self.poi.is_empty();
        self.regions.clear();
        self.poi.clear();
    }

    /// Names or colours changed.
    pub fn note_roster(&mut self) {
        self.changed |= !self.regions.is_empty() || !self.poi.is_empty();
    }

    /// Whether the view changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Regions that have a circle and do not follow their phone, and all points of interest, newest first.
    pub fn view(&self, friends: &Friends) -> PlacesView {
        let regions = self.regions.iter().filter(|(_, region)| !region.follows);
        let regions = regions.filter_map(|((friend, key), region)| {
            Some(RegionView {
                friend: friend.clone(),
                key: key.clone(),
                name: region.name.clone(),
                centre: region.centre?,
                radius_m: region.radius_m?,
                colour: friends.name_and_colour(friend).1,
            })
        });
        let poi = self.poi.iter().rev();
        let poi = poi
            .map(|((_, friend), poi)| PoiView { colour: friends.name_and_colour(friend).1, ..poi.clone() });
        PlacesView { regions: regions.collect(), poi: poi.collect() }
    }
}
