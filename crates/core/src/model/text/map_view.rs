//! Centre and zoom of the map as text: `47.37,8.54,12`.

use crate::decimal;
use crate::geo::LatLon;

/// Highest zoom of any map.
const MAX_ZOOM: f64 = 24.0;

/// Zoom when only a place is given: a town.
const TOWN_ZOOM: f64 = 13.0;

/// Reads `lat,lon,zoom` or `lat,lon`.
pub fn map_view(text: &str) -> Option<(LatLon, f64)> {
    let mut parts = text.split(',');
    let view = map_view_of(parts.next()?, parts.next()?, parts.next())?;
    parts.next().is_none().then_some(view)
}

/// A view of numbers in text. The longitude may lie on another turn of the world, as maps that can be dragged round and
/// round say it; the zoom is brought into 0…24.
pub fn map_view_of(lat: &str, lon: &str, zoom: Option<&str>) -> Option<(LatLon, f64)> {
    let number = |text: &str| decimal::parse(text.trim().as_bytes()).filter(|number| number.is_finite());
    let (lat, lon) = (number(lat)?, number(lon)?);
    let lon = if lon.abs() <= 180.0 { lon } else { (lon + 180.0).rem_euclid(360.0) - 180.0 };
    let zoom = zoom.map_or(Some(TOWN_ZOOM), number)?;
    Some((LatLon::new(lat, lon)?, zoom.clamp(0.0, MAX_ZOOM)))
}

/// Writes `lat,lon,zoom`, the place to six decimals (a tenth of a metre), the zoom to two.
pub fn map_view_text((centre, zoom): (LatLon, f64)) -> String {
    format!("{},{},{}", rounded(centre.lat(), 6), rounded(centre.lon(), 6), rounded(zoom, 2))
}

fn rounded(number: f64, decimals: u32) -> String {
    let text = decimal::write(number, decimals);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}
