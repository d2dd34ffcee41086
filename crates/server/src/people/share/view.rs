//! What of a person a guest gets to see: a location in, a poorer one out, or nothing. Pure.
//!
//! Everything is left out but what is listed here. Names are those of the share, places as exact as it allows, and within a
//! privacy zone there is none. A zone hides a larger circle about another centre, chosen once at random: lines that end
//! at its rim, from however many sides, lead to that centre and not to the one that is to be kept private.

use dashboard_core::geo::{LatLon, distance_m};
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::UnixSeconds;

use super::{Precision, Share, Shared, Span, Zone};
use crate::json::{self, Builder};
use crate::people::token;

/// Clocks of phones are a little ahead now and then.
const AHEAD_S: UnixSeconds = 600;

/// A person as guests know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Who it is.
    pub friend: FriendId,
    /// Who guests take it for; a name that leads to no topic and no history.
    pub guest_id: FriendId,
    /// The name guests read, where it is not that of the card.
    pub shown: Option<String>,
}

impl Alias {
    /// What `friend` is called in `share`; `None` when it is not in it.
    pub fn of(share: &Share, friend: &FriendId) -> Option<Self> {
        let index = share.people.iter().position(|shared| shared.person.as_str() == friend.user())?;
        let Shared { shown, .. } = share.people.get(index)?;
        // Names of devices say more than they should; and the same device has another name in every share.
        let mark = token::mark(&[0; 32], &format!("{} {friend}", share.secret.as_str()));
        let device = mark.get(..8)?;
        let user = match shown {
            Some(_) => format!("person-{}", index + 1),
            None => friend.user().to_owned(),
        };
        Some(Self { friend: friend.clone(), guest_id: FriendId::new(&user, device)?, shown: shown.clone() })
    }
}

/// What a guest may get of the histories, both times exclusive; `None` for nothing.
pub fn range(share: &Share, now_s: UnixSeconds) -> Option<(UnixSeconds, UnixSeconds)> {
    match share.span {
        Span::Live => None,
        Span::Last { hours } => Some((now_s - UnixSeconds::from(hours) * 3600, now_s + AHEAD_S)),
        Span::Past { from_s, to_s } => Some((from_s - 1, (to_s + 1).min(now_s + AHEAD_S))),
    }
}

/// Whether a location of that time is for guests, as a newest place or in a history.
pub fn is_in_time(share: &Share, time_s: UnixSeconds, now_s: UnixSeconds) -> bool {
    match share.span {
        Span::Live => time_s < now_s + AHEAD_S,
        Span::Last { .. } | Span::Past { .. } => {
            range(share, now_s).is_some_and(|(after_s, before_s)| after_s < time_s && time_s < before_s)
        }
    }
}

/// The location in `object` (a JSON object) as a guest gets it; `None` for what is no location, has none of its own, or
/// is within one of `zones`.
pub fn location(share: &Share, alias: &Alias, zones: &[Zone], object: &[u8]) -> Option<Vec<u8>> {
    let (mut lat, mut lon, mut is_location) = (None, None, false);
    for (key, value) in json::members(object) {
        match key {
            b"_type" => is_location = value == br#""location""#,
            b"lat" => lat = number(value),
            b"lon" => lon = number(value),
            _ => {}
        }
    }
    let place = LatLon::new(lat?, lon?).filter(|_| is_location)?;
    if zones.iter().any(|zone| zone.hides(place)) {
        return None;
    }
    let mut seen = Builder::new();
    seen.text("_type", "location");
    let kept: &[&str] = match share.precision.step_deg() {
        None => {
            seen.raw(b"lat", format!("{:.6}", place.lat()).as_bytes());
            seen.raw(b"lon", format!("{:.6}", place.lon()).as_bytes());
            &["tst", "acc", "vel", "cog"]
        }
        Some(step) => {
            let middle = |degrees: f64| (degrees / step).floor() * step + step / 2.0;
            seen.raw(b"lat", format!("{:.4}", middle(place.lat()).clamp(-90.0, 90.0)).as_bytes());
            seen.raw(b"lon", format!("{:.4}", middle(place.lon()).clamp(-180.0, 180.0)).as_bytes());
            seen.raw(b"acc", share.precision.accuracy_m().as_bytes());
            &["tst"]
        }
    };
    for key in kept {
        if let Some(value) = json::member(object, key).filter(|value| number::<f64>(value).is_some()) {
            seen.raw(key.as_bytes(), value);
        }
    }
    let initials: String = alias.shown.as_deref().unwrap_or(alias.friend.user()).chars().take(2).collect();
    seen.text("tid", &initials);
    seen.text("topic", &format!("owntracks/{}", alias.guest_id));
    seen.text("username", alias.guest_id.user()).text("device", alias.guest_id.device());
    match &alias.shown {
        Some(name) => {
            seen.text("name", name);
        }
        None => {
            for key in ["name", "face"] {
                if let Some(value) = json::member(object, key).filter(|value| value.first() == Some(&b'"')) {
                    seen.raw(key.as_bytes(), value);
                }
            }
        }
    }
    Some(seen.finish())
}

impl Zone {
    /// Whether a place is within what the zone hides.
    fn hides(&self, place: LatLon) -> bool {
        LatLon::new(self.veil.lat, self.veil.lon)
            .is_none_or(|centre| distance_m(centre, place) <= self.veil.radius_m)
    }
}

impl Precision {
    fn step_deg(self) -> Option<f64> {
        match self {
            Self::Exact => None,
            Self::Kilometre => Some(0.01),
            Self::Town => Some(0.1),
        }
    }

    fn accuracy_m(self) -> &'static str {
        match self {
            Self::Exact => "0",
            Self::Kilometre => "800",
            Self::Town => "8000",
        }
    }
}

fn number<N: std::str::FromStr>(text: &[u8]) -> Option<N> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::register::Name;
    use crate::people::share::ShareId;
    use crate::people::token::TokenHash;

    const NOW_S: UnixSeconds = 1_795_348_800;
    const OBJECT: &[u8] = br#"{"_type":"location","lat":52.516312,"lon":13.377712,"tst":1795348700,"acc":9,"vel":3,"SSID":"our wifi","BSSID":"00:11","addr":"Street 1","inregions":["Home"],"batt":50,"topic":"owntracks/alice/iphone","username":"alice","device":"iphone","name":"Alice","face":"aGk=","poi":"x"}"#;

    fn share(span: Span, precision: Precision, shown: Option<&str>) -> Share {
        let name = Name::parse("alice").unwrap();
        Share {
            id: ShareId("abc".into()),
            secret: TokenHash::of("secret"),
            by: name.clone(),
            people: vec![Shared { person: name, shown: shown.map(str::to_owned) }],
            span,
            made_at_s: NOW_S,
            until_s: Some(NOW_S + 3600),
            phrase: None,
            precision,
            framed_by: Vec::new(),
        }
    }

    fn seen(share: &Share, zones: &[Zone], object: &[u8]) -> Option<String> {
        let alias = Alias::of(share, &FriendId::new("alice", "iphone").unwrap()).unwrap();
        location(share, &alias, zones, object).map(|seen| String::from_utf8(seen).unwrap())
    }

    #[test]
    fn nothing_but_place_time_and_name_is_left() {
        let got = seen(&share(Span::Live, Precision::Exact, None), &[], OBJECT).unwrap();
        for left_out in ["wifi", "00:11", "Street", "Home", "batt", "iphone", "poi"] {
            assert!(!got.contains(left_out), "{left_out} in {got}");
        }
        assert!(got.contains(r#""lat":52.516312"#) && got.contains(r#""name":"Alice""#), "{got}");
    }

    #[test]
    fn another_name_leaves_no_trace_of_the_real_one() {
        let got = seen(&share(Span::Live, Precision::Exact, Some("M. \"X\"")), &[], OBJECT).unwrap();
        assert!(!got.to_lowercase().contains("alice") && !got.contains("aGk="), "{got}");
        assert!(got.contains(r#""name":"M. \"X\"""#), "{got}");
    }

    #[test]
    fn places_are_as_exact_as_agreed() {
        let got = seen(&share(Span::Live, Precision::Kilometre, None), &[], OBJECT).unwrap();
        assert!(got.contains(r#""lat":52.5150,"lon":13.3750,"acc":800"#), "{got}");
        assert!(!got.contains("vel"), "{got}");
        let got = seen(&share(Span::Live, Precision::Town, None), &[], OBJECT).unwrap();
        assert!(got.contains(r#""lat":52.5500,"lon":13.3500,"acc":8000"#), "{got}");
    }

    #[test]
    fn a_zone_hides_more_than_itself_and_not_around_itself() {
        let home = LatLon::new(52.516312, 13.377712).unwrap();
        for chance in [[0, 0], [37, 200], [130, 255], [255, 9]] {
            let zone = Zone::new("Home", home, 300.0, chance).unwrap();
            let veil = LatLon::new(zone.veil.lat, zone.veil.lon).unwrap();
            let aside_m = distance_m(home, veil);
            assert!((85.0..250.0).contains(&aside_m), "{aside_m}");
            assert!(aside_m + 300.0 <= zone.veil.radius_m, "all of it is hidden");
            assert_eq!(seen(&share(Span::Live, Precision::Town, None), &[zone], OBJECT), None);
        }
        assert!(
            Zone::new("", home, 300.0, [0, 0]).is_err() && Zone::new("x", home, f64::NAN, [0, 0]).is_err()
        );
    }

    #[test]
    fn times_are_those_agreed() {
        let past = share(Span::Past { from_s: NOW_S - 100, to_s: NOW_S - 50 }, Precision::Exact, None);
        let last = share(Span::Last { hours: 1 }, Precision::Exact, None);
        for (time_s, in_past, in_last) in [
            (NOW_S - 3600, false, false),
            (NOW_S - 3599, false, true),
            (NOW_S - 101, false, true),
            (NOW_S - 100, true, true),
            (NOW_S - 50, true, true),
            (NOW_S - 49, false, true),
            (NOW_S, false, true),
            (NOW_S + 601, false, false),
        ] {
            assert_eq!(is_in_time(&past, time_s, NOW_S), in_past, "{time_s}");
            assert_eq!(is_in_time(&last, time_s, NOW_S), in_last, "{time_s}");
        }
        assert_eq!(range(&share(Span::Live, Precision::Exact, None), NOW_S), None);
    }

    #[test]
    fn what_is_no_location_is_nothing() {
        let share = share(Span::Live, Precision::Exact, None);
        for object in [
            &br#"{"_type":"transition","lat":1,"lon":2,"tst":1}"#[..],
            br#"{"_type":"location","lat":"x","lon":2}"#,
            br#"{"_type":"location","lon":2}"#,
            b"[]",
        ] {
            assert_eq!(seen(&share, &[], object), None);
        }
        assert_eq!(Alias::of(&share, &FriendId::new("bob", "phone").unwrap()), None);
    }
}
