//! Points as columns, up to 4096 of them.

use crate::track::columns::{Fix, UNKNOWN_ALTITUDE, UNKNOWN_BATTERY, UNKNOWN_SPEED};

use super::varint::{self, Reading, unzigzag, zigzag};

/// Coordinates are whole multiples of one of these.
const SCALES: [i32; 8] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];

/// Stands before a column whose points but the first have one and the same symbol.
const UNIFORM: u8 = 0;
/// Stands before a column with a symbol for each point.
const VARIED: u8 = 1;

const MAX_LAT_E7: i32 = 900_000_000;
const MAX_LON_E7: i32 = 1_800_000_000;
const MAX_BATTERY: i32 = 100;

/// Appends a block.
pub(super) fn write(fixes: &[Fix], out: &mut Vec<u8>) {
    let mut columns = Vec::with_capacity(12 * fixes.len() + 64);
    let scale = scale_of(fixes);
    columns.push(scale as u8);
    let unit = SCALES[scale];
    write_column(differences(fixes, |fix| fix.time_s as i32).map(|step| step as u32), &mut columns);
    write_column(differences(fixes, |fix| fix.lat_e7 / unit).map(zigzag), &mut columns);
    write_column(differences(fixes, |fix| fix.lon_e7 / unit).map(zigzag), &mut columns);
    write_column(
        optional(fixes, |fix| Some(i32::from(fix.accuracy_m)).filter(|accuracy| *accuracy != 0)),
        &mut columns,
    );
    write_column(optional(fixes, |fix| known(fix.altitude_m, UNKNOWN_ALTITUDE)), &mut columns);
    write_column(optional(fixes, |fix| known(fix.speed_dkmh, UNKNOWN_SPEED)), &mut columns);
    write_column(optional(fixes, |fix| known(fix.battery_percent, UNKNOWN_BATTERY)), &mut columns);
    varint::write(fixes.len() as u32, out);
    varint::write(columns.len() as u32, out);
    out.extend_from_slice(&columns);
}

/// Reads the part of a block behind its counts into `fixes`. `None` when it cannot be, or is not exactly `bytes` long.
pub(super) fn read(bytes: &[u8], points: usize, fixes: &mut Vec<Fix>) -> Option<()> {
    let (scale, mut rest) = bytes.split_first()?;
    let unit = *SCALES.get(usize::from(*scale))?;
    fixes.clear();
    fixes.resize(points, Fix::UNKNOWN);
    let mut time_s = 0_u32;
    read_column(&mut rest, fixes, |fix, symbol| {
        time_s = time_s.wrapping_add(symbol);
        fix.time_s = time_s;
        Some(())
    })?;
    let mut lat = 0_i32;
    read_column(&mut rest, fixes, |fix, symbol| {
        lat = lat.wrapping_add(unzigzag(symbol));
        fix.lat_e7 = lat.checked_mul(unit).filter(|lat| (-MAX_LAT_E7..=MAX_LAT_E7).contains(lat))?;
        Some(())
    })?;
    let mut lon = 0_i32;
    read_column(&mut rest, fixes, |fix, symbol| {
        lon = lon.wrapping_add(unzigzag(symbol));
        fix.lon_e7 = lon.checked_mul(unit).filter(|lon| (-MAX_LON_E7..=MAX_LON_E7).contains(lon))?;
        Some(())
    })?;
    read_optional(&mut rest, fixes, 1..=i32::from(u16::MAX), |fix, accuracy| {
        fix.accuracy_m = accuracy as u16;
    })?;
    read_optional(
        &mut rest,
        fixes,
        i32::from(UNKNOWN_ALTITUDE) + 1..=i32::from(i16::MAX),
        |fix, altitude| {
            fix.altitude_m = altitude as i16;
        },
    )?;
    read_optional(&mut rest, fixes, 0..=i32::from(UNKNOWN_SPEED) - 1, |fix, speed| {
        fix.speed_dkmh = speed as u16;
    })?;
    read_optional(&mut rest, fixes, 0..=MAX_BATTERY, |fix, battery| fix.battery_percent = battery as u8)?;
    rest.is_empty().then_some(())
}

/// The largest scale of which all coordinates are whole multiples.
fn scale_of(fixes: &[Fix]) -> usize {
    let fits = |unit: i32| fixes.iter().all(|fix| fix.lat_e7 % unit == 0 && fix.lon_e7 % unit == 0);
    (1..SCALES.len()).take_while(|scale| fits(SCALES[*scale])).last().unwrap_or(0)
}

fn differences(fixes: &[Fix], value: impl Fn(&Fix) -> i32 + Clone) -> impl Iterator<Item = i32> + Clone {
    fixes.iter().scan(0, move |before, fix| {
        let value = value(fix);
        let difference = value.wrapping_sub(*before);
        *before = value;
        Some(difference)
    })
}

fn optional(fixes: &[Fix], value: impl Fn(&Fix) -> Option<i32> + Clone) -> impl Iterator<Item = u32> + Clone {
    fixes.iter().scan(0, move |before, fix| {
        Some(match value(fix) {
            None => 0,
            Some(value) => {
                let symbol = zigzag(value - *before) + 1;
                *before = value;
                symbol
            }
        })
    })
}

fn known<T: Copy + PartialEq + Into<i32>>(value: T, unknown: T) -> Option<i32> {
    (value != unknown).then(|| value.into())
}

fn write_column(symbols: impl Iterator<Item = u32> + Clone, out: &mut Vec<u8>) {
    let mut others = symbols.clone().skip(1);
    let second = others.next().unwrap_or(0);
    if others.all(|symbol| symbol == second) {
        out.push(UNIFORM);
        varint::write(symbols.clone().next().unwrap_or(0), out);
        varint::write(second, out);
    } else {
        out.push(VARIED);
        symbols.for_each(|symbol| varint::write(symbol, out));
    }
}

fn read_column(
    rest: &mut &[u8],
    fixes: &mut [Fix],
    mut take: impl FnMut(&mut Fix, u32) -> Option<()>,
) -> Option<()> {
    let (form, bytes) = rest.split_first()?;
    let mut at = 0;
    let mut next = || match varint::read(bytes, &mut at) {
        Reading::Whole(symbol, _) => Some(symbol),
        Reading::NeedsMore | Reading::Broken => None,
    };
    match *form {
        UNIFORM => {
            let (first, others) = (next()?, next()?);
            let (fix, fixes) = fixes.split_first_mut()?;
            take(fix, first)?;
            for fix in fixes {
                take(fix, others)?;
            }
        }
        VARIED => {
            for fix in fixes {
                take(fix, next()?)?;
            }
        }
        _ => return None,
    }
    *rest = &bytes[at..];
    Some(())
}

fn read_optional(
    rest: &mut &[u8],
    fixes: &mut [Fix],
    range: std::ops::RangeInclusive<i32>,
    set: impl Fn(&mut Fix, i32),
) -> Option<()> {
    let mut value = 0_i32;
    read_column(rest, fixes, |fix, symbol| {
        if let Some(symbol) = symbol.checked_sub(1) {
            value = value.wrapping_add(unzigzag(symbol));
            if !range.contains(&value) {
                return None;
            }
            set(fix, value);
        }
        Some(())
    })
}
