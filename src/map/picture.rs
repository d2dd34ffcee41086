//! What is visible of all tracks, as vertices on a canvas, and what of it is new since an earlier picture.

use dashboard_core::owntracks::FriendId;

use crate::worker::{SeenTrack, Sight};

/// A last vertex that a longer line leaves out again may lie this far beside it: nobody sees it.
const MAX_STRAY_PX: f32 = 1.5;

/// What is visible of all tracks.
#[derive(Debug, PartialEq)]
pub struct Picture {
    /// Points in all tracks, visible or not.
    pub points: u32,
    /// Track by track.
    pub tracks: Vec<TrackPicture>,
}

/// What is visible of one track.
#[derive(Debug, PartialEq)]
pub struct TrackPicture {
    /// Whose.
    pub friend: FriendId,
    /// Vertices of lines: x, y, x, y … in pixels from the canvas's top left corner.
    pub line_xy_px: Vec<f32>,
    /// First vertex of each line, and the number of vertices at the end.
    pub line_bounds: Vec<u32>,
    /// Points, likewise.
    pub point_xy_px: Vec<f32>,
}

/// Where to go on painting a track.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Growth {
    /// Line of the track.
    pub line: usize,
    /// Vertex of the track, in that line.
    pub vertex: usize,
    /// Point of the track.
    pub point: usize,
}

impl Picture {
    /// The worker's answer; its buffers are read once.
    pub fn of(sight: &Sight) -> Self {
        let track = |track: &SeenTrack| {
            let mut line_bounds = track.line_starts.to_vec();
            line_bounds.push(track.line_xy_px.length() / 2);
            TrackPicture {
                friend: track.friend.clone(),
                line_xy_px: track.line_xy_px.to_vec(),
                line_bounds,
                point_xy_px: track.point_xy_px.to_vec(),
            }
        };
        Self { points: sight.points, tracks: sight.tracks.iter().map(track).collect() }
    }

    /// Vertices of all lines.
    pub fn line_vertices(&self) -> usize {
        self.tracks.iter().map(|track| track.line_xy_px.len() / 2).sum()
    }

    /// Where each track goes on after `old`, a picture of the same view; `None` when anything but the ends differs.
    pub fn growth_since(&self, old: &Self) -> Option<Vec<Growth>> {
        if self.tracks.len() != old.tracks.len() {
            return None;
        }
        self.tracks.iter().zip(&old.tracks).map(|(new, old)| new.growth_since(old)).collect()
    }
}

impl TrackPicture {
    fn growth_since(&self, old: &Self) -> Option<Growth> {
        let is_longer = self.friend == old.friend && self.point_xy_px.starts_with(&old.point_xy_px);
        let (_, old_starts) = old.line_bounds.split_last()?;
        let (_, starts) = self.line_bounds.split_last()?;
        if !is_longer || !starts.starts_with(old_starts) {
            return None;
        }
        let kept = if self.line_xy_px.starts_with(&old.line_xy_px) {
            old.line_xy_px.len() / 2
        } else {
            self.kept_without_last(old)?
        };
        let new_starts = &starts[old_starts.len()..];
        if new_starts.iter().any(|&start| (start as usize) < kept) {
            return None;
        }
        let goes_on = kept > 0 && !starts.contains(&(kept as u32)) && kept * 2 < self.line_xy_px.len();
        let vertex = if goes_on { kept - 1 } else { kept };
        // The line of that vertex; behind the last one when there is nothing new.
        let line = match starts.partition_point(|&start| start as usize <= vertex) {
            _ if kept * 2 == self.line_xy_px.len() => starts.len(),
            lines_begun => lines_begun.checked_sub(1)?,
        };
        Some(Growth { line, vertex, point: old.point_xy_px.len() / 2 })
    }

    /// A line's end is always drawn, but once the line goes on straight it needs no vertex there. How many vertices of
    /// `old` stay when only its last one went like that.
    fn kept_without_last(&self, old: &Self) -> Option<usize> {
        let kept = (old.line_xy_px.len() / 2).checked_sub(1)?;
        let last = vertex(&old.line_xy_px, kept)?;
        let is_alone = old.line_bounds.contains(&(kept as u32));
        if is_alone || !self.line_xy_px.starts_with(&old.line_xy_px[..kept * 2]) {
            return None;
        }
        let (from, to) = (vertex(&self.line_xy_px, kept.checked_sub(1)?)?, vertex(&self.line_xy_px, kept)?);
        let goes_on = !self.line_bounds.contains(&(kept as u32));
        (goes_on && distance_px(last, from, to) <= MAX_STRAY_PX).then_some(kept)
    }
}

fn vertex(xy_px: &[f32], number: usize) -> Option<(f32, f32)> {
    Some((*xy_px.get(number * 2)?, *xy_px.get(number * 2 + 1)?))
}

/// From `place` to the straight line between `from` and `to`.
fn distance_px(place: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length_squared = dx * dx + dy * dy;
    let along = (place.0 - from.0) * dx + (place.1 - from.1) * dy;
    let share = if length_squared > 0.0 { (along / length_squared).clamp(0.0, 1.0) } else { 0.0 };
    (place.0 - from.0 - share * dx).hypot(place.1 - from.1 - share * dy)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// Lines of vertices, as the worker answers them.
    fn picture(lines: &[&[(f32, f32)]], points: &[(f32, f32)]) -> Picture {
        let flat = |places: &[(f32, f32)]| places.iter().flat_map(|&(x, y)| [x, y]).collect::<Vec<_>>();
        let mut line_bounds = vec![0];
        line_bounds.extend(lines.iter().scan(0, |end, line| {
            *end += line.len() as u32;
            Some(*end)
        }));
        let track = TrackPicture {
            friend: FriendId::new("eve", "phone").unwrap(),
            line_xy_px: lines.iter().flat_map(|line| flat(line)).collect(),
            line_bounds,
            point_xy_px: flat(points),
        };
        Picture { points: 0, tracks: vec![track] }
    }

    fn growth(old: &[&[(f32, f32)]], new: &[&[(f32, f32)]]) -> Option<(usize, usize)> {
        let growth = picture(new, &[]).growth_since(&picture(old, &[]))?;
        Some((growth[0].line, growth[0].vertex))
    }

    const OLD: &[(f32, f32)] = &[(0.0, 0.0), (10.0, 0.0), (20.0, 0.0)];

    #[wasm_bindgen_test]
    fn a_longer_line_goes_on_at_its_old_end() {
        assert_eq!(growth(&[OLD], &[&[OLD, &[(20.0, 9.0)]].concat()]), Some((0, 2)));
    }

    #[wasm_bindgen_test]
    fn an_end_on_the_way_straight_on_is_left_out() {
        assert_eq!(growth(&[OLD], &[&[(0.0, 0.0), (10.0, 0.0), (30.0, 1.0)]]), Some((0, 1)));
        assert_eq!(growth(&[OLD], &[&[(0.0, 0.0), (10.0, 0.0), (20.0, 9.0)]]), None, "a corner stays");
    }

    #[wasm_bindgen_test]
    fn a_new_line_begins_with_itself() {
        assert_eq!(growth(&[OLD], &[OLD, &[(50.0, 50.0), (51.0, 50.0)]]), Some((1, 3)));
    }

    #[wasm_bindgen_test]
    fn nothing_new_is_nothing_to_paint() {
        assert_eq!(growth(&[OLD], &[OLD]), Some((1, 3)));
    }

    #[wasm_bindgen_test]
    fn changes_before_the_end_are_no_growth() {
        assert_eq!(growth(&[OLD], &[&OLD[..2]]), None);
        assert_eq!(growth(&[OLD], &[&OLD[..1], &OLD[1..]]), None, "a gap where there was none");
        assert_eq!(growth(&[OLD], &[&[(0.0, 0.0), (5.0, 5.0), (10.0, 0.0), (20.0, 0.0)]]), None);
    }

    #[wasm_bindgen_test]
    fn points_only_join() {
        let (old, new) = (picture(&[], &[(1.0, 1.0)]), picture(&[], &[(1.0, 1.0), (2.0, 2.0)]));
        assert_eq!(new.growth_since(&old), Some(vec![Growth { line: 0, vertex: 0, point: 1 }]));
        assert_eq!(old.growth_since(&new), None);
    }
}
