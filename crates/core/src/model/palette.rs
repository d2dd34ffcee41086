//! Which friend has which colour.

use crate::owntracks::FriendId;

use super::view::PALETTE_SIZE;

/// Palette indices for `ids`, which are sorted; the answer is in the same order.
///
/// Everybody prefers the colour their id hashes to, so that a friend looks the same on every device and after every
/// reload. Where two prefer the same, the first in order of the ids has it; the others take the next free one. Only when
/// all colours are taken do friends share.
pub(super) fn assign<'a>(ids: impl Iterator<Item = &'a FriendId> + Clone) -> Vec<u8> {
    let mut uses = [0_u32; PALETTE_SIZE as usize];
    let mut colours: Vec<Option<u8>> = ids
        .clone()
        .map(|id| {
            let colour = preferred(id);
            let uses = &mut uses[usize::from(colour)];
            *uses += 1;
            (*uses == 1).then_some(colour)
        })
        .collect();
    for uses in &mut uses {
        *uses = (*uses).min(1);
    }
    for (id, colour) in ids.zip(&mut colours) {
        if colour.is_none() {
            let least = least_used_from(&uses, preferred(id));
            uses[usize::from(least)] += 1;
            *colour = Some(least);
        }
    }
    colours.into_iter().flatten().collect()
}

fn least_used_from(uses: &[u32; PALETTE_SIZE as usize], first: u8) -> u8 {
    let from_first = (0..PALETTE_SIZE).map(|step| (first + step) % PALETTE_SIZE);
    from_first.min_by_key(|colour| uses[usize::from(*colour)]).unwrap_or(first)
}

/// FNV-1a of the id as text: the same everywhere, whatever the standard library's hashers do.
fn preferred(id: &FriendId) -> u8 {
    let bytes = id.user().bytes().chain([b'/']).chain(id.device().bytes());
    let hash = bytes.fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash % u32::from(PALETTE_SIZE)) as u8
}
