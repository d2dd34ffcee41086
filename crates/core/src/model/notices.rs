//! Messages to the person: one per kind, as long as what it tells is so.

use crate::ordered::{self, OrderedMap};

use super::view::{NoticeKind, NoticeView, Severity};

/// The notices that are true now. A dismissed one stays away until what it tells has ended and begun again.
#[derive(Debug, Default)]
pub(super) struct Notices {
    by_kind: OrderedMap<NoticeKind, Notice>,
    last_id: u32,
    changed: bool,
}

#[derive(Debug)]
struct Notice {
    id: u32,
    severity: Severity,
    detail: String,
    count: u32,
    dismissed: bool,
}

impl Notices {
    /// Tells `kind`, once more if it was told before.
    pub fn raise(&mut self, kind: NoticeKind, severity: Severity, detail: impl Into<String>) {
        let count = self.by_kind.get(&kind).map_or(1, |notice| notice.count.saturating_add(1));
        self.set(kind, severity, detail, count);
    }

    /// Tells `kind` of `count` things; of none, it is cleared.
    pub fn set(&mut self, kind: NoticeKind, severity: Severity, detail: impl Into<String>, count: u32) {
        if count == 0 {
            self.clear(kind);
            return;
        }
        let detail = detail.into();
        let last_id = &mut self.last_id;
        let notice = self.by_kind.get_or_insert_with(kind, || {
            *last_id += 1;
            Notice { id: *last_id, severity, detail: String::new(), count: 0, dismissed: false }
        });
        let same = (notice.severity, &notice.detail, notice.count) == (severity, &detail, count);
        self.changed |= !same && !notice.dismissed;
        (notice.severity, notice.detail, notice.count) = (severity, detail, count);
    }

    /// What `kind` tells is not so any more.
    pub fn clear(&mut self, kind: NoticeKind) {
        if let Some(notice) = self.by_kind.remove(&kind) {
            self.changed |= !notice.dismissed;
        }
    }

    /// The person closed a notice.
    pub fn dismiss(&mut self, id: u32) {
        for notice in self.by_kind.values_mut().filter(|notice| notice.id == id && !notice.dismissed) {
            notice.dismissed = true;
            self.changed = true;
        }
    }

    /// Whether the view changed since this was last asked.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Most severe first, then oldest first.
    pub fn view(&self) -> Vec<NoticeView> {
        let mut shown: Vec<NoticeView> = self
            .by_kind
            .iter()
            .filter(|(_, notice)| !notice.dismissed)
            .map(|(kind, notice)| NoticeView {
                id: notice.id,
                kind: *kind,
                severity: notice.severity,
                detail: notice.detail.clone(),
                count: notice.count,
            })
            .collect();
        let rank = |notice: &NoticeView| (std::cmp::Reverse(weight(notice.severity)), notice.id);
        ordered::sort_by(&mut shown, |a, b| rank(a).cmp(&rank(b)));
        shown
    }
}

const fn weight(severity: Severity) -> u8 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
    }
}
