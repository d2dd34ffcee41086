//! Tracks kept as bytes and taken back.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod tracks;

use dashboard_core::geo::{Viewport, WorldPoint};
use dashboard_core::track::{Splitting, Track, VisiblePoints, VisibleRuns};
use proptest::prelude::*;
use tracks::{at, recorded, track};

fn everything(track: &Track) -> (Vec<u32>, Vec<f32>, Vec<u32>) {
    let (mut runs, mut points) = (VisibleRuns::default(), VisiblePoints::default());
    let centre =
        track.bounds().map_or(WorldPoint { x: 0.5, y: 0.5 }, |b| WorldPoint::from_position(b.centre()));
    let viewport = Viewport { centre, zoom: 9.0, width_px: 900.0, height_px: 700.0 };
    track.visible(&viewport, &Splitting::default(), 0.7, &mut runs);
    track.visible_points(&viewport, 4.0, &mut points);
    track.nearest(&viewport, 450.0, 350.0, 400.0);
    (runs.starts, runs.xy_px, points.index)
}

#[test]
fn what_is_taken_back_is_what_was_kept() {
    for name in ["history-10k.csv.gz", "antimeridian-dave-boat.rec", "gone-alice-phone.rec"] {
        let track = track(&recorded(name));
        let mut back = Track::from_snapshot(&track.to_snapshot()).unwrap();
        let split = Splitting::default();
        assert_eq!(everything(&back), everything(&track), "{name}");
        assert_eq!(back.summary(&split), track.summary(&split), "{name}");
        assert_eq!(back.bounds(), track.bounds(), "{name}");
        assert_eq!(back.rows().collect::<Vec<_>>(), track.rows().collect::<Vec<_>>(), "{name}");
        // It goes on like any other.
        let last = back.row(back.len() - 1);
        assert!(back.push(at(last.time_s + 5, 1.0, 2.0)) && !back.push(last));
    }
    let empty = Track::from_snapshot(&Track::new().to_snapshot()).unwrap();
    assert!(empty.is_empty() && empty.bounds().is_none());
}

#[test]
fn a_splitting_other_than_the_kept_one_cuts_anew() {
    let rows = recorded("gone-alice-phone.rec");
    let mut back = Track::from_snapshot(&track(&rows).to_snapshot()).unwrap();
    let narrow = Splitting { gap_s: 60, gap_m: 100, max_accuracy_m: 50 };
    back.set_splitting(&narrow);
    assert_eq!(back.segments(&narrow), track(&rows).segments(&narrow));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A browser may give back anything: what was damaged is no track, or one that can be drawn all the same.
    #[test]
    fn damage_never_panics(
        points in 0..1500_usize,
        cut in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        head in any::<bool>(),
    ) {
        let rows: Vec<_> = (0..points as i64).map(|n| at(1000 + n, (n % 90) as f64, (n % 360 - 180) as f64)).collect();
        let bytes = track(&rows).to_snapshot();
        prop_assert!(Track::from_snapshot(&bytes[..cut.index(bytes.len())]).is_none());
        let mut damaged = bytes.clone();
        for (at, value) in flips {
            let at = at.index(if head { 28.min(bytes.len()) } else { bytes.len() });
            damaged[at] = value;
        }
        if let Some(mut track) = Track::from_snapshot(&damaged) {
            everything(&track);
            track.summary(&Splitting::default());
            track.push(at(i64::from(u32::MAX), 1.0, 1.0));
        }
    }
}
