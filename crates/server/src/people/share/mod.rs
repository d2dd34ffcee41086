//! Read-only links for guests: what was agreed for each (here), what of a person they show (`view`), and the doors for
//! guests (`doors`).
//!
//! A link is `/s/<id>/#<secret>`. The id leads to nothing by itself. The secret stands behind the `#`, which browsers send to nobody:
//! not to us, so that it is in no log of ours or of a proxy, and not to other sites as a referrer. The page hands it over
//! in a POST and gets a cookie for that path instead.

pub mod doors;
pub mod view;

use dashboard_core::geo::LatLon;
use dashboard_core::time::UnixSeconds;
use serde::{Deserialize, Serialize};

use super::password::PasswordHash;
use super::register::{Name, Refused, Register};
use super::token::TokenHash;
use crate::origin;

/// Shares at most, those that are over included until they are swept away.
const MAX_SHARES: usize = 1_000;

/// Characters of a name of a zone, and of one that guests read, at most.
pub const MAX_NAME_CHARS: usize = 60;

/// Origins that may have one share in a frame, at most.
const MAX_FRAMED_BY: usize = 10;

/// Metres of a degree north.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// A share that is over is kept for so long, so that its maker still finds it in the list.
const KEEP_OVER_S: UnixSeconds = 30 * 86_400;

/// The public part of a link: it stands in the path and says nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ShareId(pub String);

/// One link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The part of the link that is no secret.
    pub id: ShareId,
    /// The hash of the part that is.
    pub secret: TokenHash,
    /// Who made it.
    pub by: Name,
    /// Who is shown.
    pub people: Vec<Shared>,
    /// What of them.
    pub span: Span,
    /// When it was made.
    pub made_at_s: UnixSeconds,
    /// When it is over; `None` until it is revoked.
    pub until_s: Option<UnixSeconds>,
    /// To be said before anything is shown.
    #[serde(default)]
    pub phrase: Option<PasswordHash>,
    /// How exactly places are shown.
    #[serde(default)]
    pub precision: Precision,
    /// Origins whose pages may have it in a frame, besides our own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub framed_by: Vec<String>,
}

/// One of the people in a share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// Who.
    pub person: Name,
    /// The name guests read instead.
    #[serde(default)]
    pub shown: Option<String>,
}

/// What of the people in a share is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Where they are.
    Live,
    /// Where they are, and were during so many hours.
    Last {
        /// Hours back from the present.
        hours: u32,
    },
    /// Where they were, and not where they are.
    Past {
        /// From this time on.
        from_s: UnixSeconds,
        /// Until this one.
        to_s: UnixSeconds,
    },
}

/// How exactly places are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// As they are.
    #[default]
    Exact,
    /// About a kilometre.
    Kilometre,
    /// About ten: which town.
    Town,
}

/// A circle within which guests do not see somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// What its owner calls it; guests never read it.
    pub name: String,
    /// Centre, degrees north.
    pub lat: f64,
    /// Centre, degrees east.
    pub lon: f64,
    /// Radius in metres.
    pub radius_m: f64,
    /// What is hidden instead, so that lines which end at its rim do not lead to the centre.
    pub veil: Veil,
}

/// A circle that holds a zone and has another centre.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Veil {
    /// Centre, degrees north.
    pub lat: f64,
    /// Centre, degrees east.
    pub lon: f64,
    /// Radius in metres.
    pub radius_m: f64,
}

impl Zone {
    /// A zone around `centre`. Its veil depends on `chance`, random bytes: chosen once, since many veils of one zone would
    /// have it in their middle.
    ///
    /// # Errors
    /// [`Refused::BadZone`].
    pub fn new(name: &str, centre: LatLon, radius_m: f64, chance: [u8; 2]) -> Result<Self, Refused> {
        let name = name.trim();
        let named = (1..=MAX_NAME_CHARS).contains(&name.chars().count());
        // Near the poles a degree east is no distance; nobody lives there.
        if !named || !(50.0..=50_000.0).contains(&radius_m) || centre.lat().abs() > 85.0 {
            return Err(Refused::BadZone);
        }
        let [towards, far] = chance.map(|byte| f64::from(byte) / 256.0);
        let aside_m = radius_m * (0.3 + 0.5 * far);
        let (east, north) = (towards * std::f64::consts::TAU).sin_cos();
        let lat = centre.lat() + north * aside_m / METRES_PER_DEGREE;
        let lon = centre.lon() + east * aside_m / (METRES_PER_DEGREE * centre.lat().to_radians().cos());
        let lon = (lon + 540.0).rem_euclid(360.0) - 180.0;
        // A little more than needed, for what the earth is not a sphere.
        let veil = Veil { lat, lon, radius_m: (radius_m + aside_m) * 1.01 };
        Ok(Self { name: name.to_owned(), lat: centre.lat(), lon: centre.lon(), radius_m, veil })
    }
}

/// Coordinates are checked to be numbers when a zone is made or read.
impl Eq for Zone {}

impl Share {
    /// Whether its time is over.
    pub fn is_over(&self, now_s: UnixSeconds) -> bool {
        self.until_s.is_some_and(|until_s| now_s >= until_s)
    }
}

impl Register {
    /// Adds a share.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn add_share(&mut self, share: Share, now_s: UnixSeconds) -> Result<(), Refused> {
        self.shares.retain(|known| known.until_s.is_none_or(|until_s| now_s - until_s < KEEP_OVER_S));
        let span_fits = match share.span {
            Span::Live => true,
            Span::Last { hours } => (1..=24 * 31).contains(&hours),
            Span::Past { from_s, to_s } => from_s < to_s,
        };
        let named = share.people.iter().all(|shared| {
            let shown = shared.shown.as_deref().unwrap_or("a");
            (1..=MAX_NAME_CHARS).contains(&shown.chars().count())
        });
        let framed = share.framed_by.len() <= MAX_FRAMED_BY
            && share.framed_by.iter().all(|named| origin::parse(named).as_ref() == Some(named));
        if self.shares.len() >= MAX_SHARES {
            return Err(Refused::TooMany);
        }
        if share.people.is_empty() || share.is_over(now_s) || !span_fits || !named || !framed {
            return Err(Refused::BadShare);
        }
        self.shares.push(share);
        Ok(())
    }

    /// Revokes a share: guests are out at once.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn revoke_share(&mut self, id: &ShareId) -> Result<(), Refused> {
        let before = self.shares.len();
        self.shares.retain(|share| share.id != *id);
        if self.shares.len() == before { Err(Refused::NoSuchThing) } else { Ok(()) }
    }
}
