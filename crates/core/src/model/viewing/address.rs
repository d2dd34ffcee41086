//! Which view: a link somebody sent, or only its id.

use crate::model::text::Url;
use crate::owntracks::recorder::{is_view_id, view_url};

/// The link of a view of some Recorder: an absolute `http:` or `https:` URL that ends in `/view/<id>`, without user, password,
/// query and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewAddress(String);

/// Why a text names no view that this page can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAView {
    /// Neither an id nor a link that ends in `/view/<id>`.
    OtherText,
    /// An `http:` link on a page that came by `https:`, which browsers refuse to ask.
    MixedContent,
}

impl ViewAddress {
    /// Reads a link, absolute or relative to the page, or the id of a view of the Recorder that the page asks, which without one
    /// lies in the page's own folder. What follows the id (`?geodata=1`, `#…`) is cut off.
    pub fn find(text: &str, page_url: &str, recorder_url: Option<&str>) -> Result<Self, NotAView> {
        let text = text.trim();
        let page = Url::parse(page_url);
        let url = if is_view_id(text) {
            let page_folder = page.as_ref().and_then(|page| page.folders().into_iter().next());
            let base = recorder_url.map(str::to_owned).or(page_folder);
            base.and_then(|base| Url::parse(&view_url(&base, text)))
        } else {
            page.as_ref().map_or_else(|| Url::parse(text), |page| page.join(text))
        };
        let url = url.filter(Url::is_web).map(Url::without_query).ok_or(NotAView::OtherText)?;
        let ends_as_a_view = url
            .path()
            .rsplit_once('/')
            .is_some_and(|(folder, id)| is_view_id(id) && folder.rsplit('/').next() == Some("view"));
        if !ends_as_a_view {
            return Err(NotAView::OtherText);
        }
        if page.is_some_and(|page| page.is_secure()) && !url.is_secure() && !url.is_loopback() {
            return Err(NotAView::MixedContent);
        }
        Ok(Self(url.to_string()))
    }

    /// The link, as a browser opens it.
    pub fn url(&self) -> &str {
        &self.0
    }

    /// The link for the address bar of the page at `page_url`: without the origin where that is the same.
    pub fn relative_to(&self, page_url: &str) -> String {
        let origin = Url::parse(page_url).map(|page| page.origin());
        let path = origin.as_ref().and_then(|origin| self.0.strip_prefix(origin));
        path.filter(|path| path.starts_with('/')).unwrap_or(&self.0).to_owned()
    }
}
