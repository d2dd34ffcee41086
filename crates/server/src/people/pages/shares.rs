//! Shares: links for guests, and the places where guests see nobody.

use axum::http::{StatusCode, header};
use axum::response::Response;
use dashboard_core::geo::LatLon;
use dashboard_core::time::{UnixSeconds, parse_rfc3339};

use super::html::{check, e, field, time};
use super::{Caller, Form, Member, Sent, copy_button, link_box, notice_bad};
use crate::clock::now_s;
use crate::origin;
use crate::people::doors::see_other;
use crate::people::password::{PasswordHash, Typed};
use crate::people::register::{Name, Refused};
use crate::people::rule;
use crate::people::share::{Precision, Share, ShareId, Shared, Span, Zone};
use crate::people::token::{self, Token};

const HERE: &str = "shares";

/// Hours that a share can last; the first is what is proposed. 0 is until it is revoked.
const LASTS_HOURS: [u32; 6] = [24, 1, 4, 24 * 7, 24 * 30, 0];

/// The page.
pub(super) async fn show(Member { caller, name }: Member) -> Response {
    render(&caller, &name, StatusCode::OK, &caller.done())
}

/// What was changed on it.
pub(super) async fn change(Sent { caller, name, form }: Sent) -> Response {
    let people = caller.pass.people();
    let refuse = |why: &str| render(&caller, &name, StatusCode::UNPROCESSABLE_ENTITY, &notice_bad(why));
    let done = |error| refuse(caller.words.why(&error));
    match form.get("do") {
        "share" => match add(&caller, &name, &form).await {
            Ok(link) => render(&caller, &name, StatusCode::OK, &link),
            Err(why) => refuse(why),
        },
        "revoke" => {
            let id = ShareId(form.get("id").to_owned());
            let (own, is_owner) = (name.clone(), caller.is_owner());
            let revoked = people.change(move |register| {
                let share =
                    register.shares.iter().find(|share| share.id == id).ok_or(Refused::NoSuchThing)?;
                if share.by != own && !is_owner {
                    return Err(Refused::NoSuchThing);
                }
                register.revoke_share(&id)
            });
            revoked.await.map_or_else(done, |()| see_other("shares?done=removed"))
        }
        "zone" => {
            let degrees = |name: &str| form.get(name).trim().replace(',', ".").parse::<f64>().ok();
            let centre = degrees("lat").zip(degrees("lon")).and_then(|(lat, lon)| LatLon::new(lat, lon));
            let (Some(centre), Some(radius_m), Ok(chance)) =
                (centre, degrees("radius"), token::random::<2>())
            else {
                return refuse(caller.words.bad_zone);
            };
            let label = form.get("label").to_owned();
            let person = name.clone();
            let added = people.change(move |register| {
                register.set_zone(&person, Zone::new(&label, centre, radius_m, chance)?)
            });
            added.await.map_or_else(done, |()| see_other("shares?done=saved"))
        }
        "unzone" => {
            let (person, label) = (name.clone(), form.get("label").to_owned());
            let removed = people.change(move |register| register.remove_zone(&person, &label));
            removed.await.map_or_else(done, |()| see_other("shares?done=removed"))
        }
        _ => refuse(caller.words.old_form),
    }
}

/// Makes a share and returns the notice with its link, or says why there is none.
async fn add(caller: &Caller, by: &Name, form: &Form) -> Result<String, &'static str> {
    let words = caller.words;
    let household = caller.pass.people().now();
    let mut people = Vec::new();
    for person in form.all("who").filter_map(Name::parse) {
        if !rule::may_share(&household, caller.pass.viewer(), &person) {
            return Err(words.bad_share);
        }
        let shown = form.get(&format!("shown-{person}")).trim().to_owned();
        people.push(Shared { person, shown: (!shown.is_empty()).then_some(shown) });
    }
    let span = match form.get("span") {
        "past" => {
            let from_s = moment(form, "from").ok_or(words.bad_share)?;
            Span::Past { from_s, to_s: moment(form, "to").ok_or(words.bad_share)? }
        }
        "last" => Span::Last { hours: form.get("hours").parse().map_err(|_| words.bad_share)? },
        _ => Span::Live,
    };
    let made_at_s = now_s();
    let hours: u32 = form.get("lasts").parse().map_err(|_| words.bad_share)?;
    let until_s = (hours > 0).then(|| made_at_s + UnixSeconds::from(hours) * 3600);
    let phrase = match form.get("phrase") {
        "" => None,
        phrase => {
            let typed = Typed::new(phrase);
            let hashed = tokio::task::spawn_blocking(move || PasswordHash::of(&typed)).await;
            Some(hashed.ok().and_then(Result::ok).ok_or(words.disk)?)
        }
    };
    let precision = match form.get("precision") {
        "kilometre" => Precision::Kilometre,
        "town" => Precision::Town,
        _ => Precision::Exact,
    };
    let framed_by = origin::parse_list(form.get("frames")).ok_or(words.bad_origin)?;
    let is_framed = !framed_by.is_empty();
    let (Ok(id), Ok(secret)) = (Token::random(), Token::random()) else { return Err(words.disk) };
    let id = id.reveal().get(..10).unwrap_or_default().to_owned();
    let share = Share {
        id: ShareId(id.clone()),
        secret: secret.hash(),
        by: by.clone(),
        people,
        span,
        made_at_s,
        until_s,
        phrase,
        precision,
        framed_by,
    };
    let added = caller.pass.people().change(move |register| register.add_share(share, made_at_s));
    added.await.map_err(|error| words.why(&error))?;
    let address = |view: &str| format!("{}s/{id}/{view}#{}", caller.folder(), secret.reveal());
    let link = address("");
    let frame = if is_framed {
        let frame = format!(
            "<iframe src=\"{}\" title=\"OwnTracks\" width=\"480\" height=\"320\" allow=\"geolocation\"></iframe>",
            e(&address("?ui=embed"))
        );
        format!("<h3>{}</h3><p class=code id=frame>{}</p>", e(words.share_frame), e(&frame))
            + &copy_button(words, "frame")
    } else {
        String::new()
    };
    // A frame of another site without TLS gets no cookie, and so shows nobody.
    let plain = if is_framed && link.starts_with("http:") {
        format!("<p class=\"notice warning\">{}</p>", e(words.share_frame_plain))
    } else {
        String::new()
    };
    Ok(format!(
        "<section><h2>{}</h2><p class=soft>{}</p>{}{plain}{frame}</section>",
        e(words.share_made),
        e(words.share_made_hint),
        link_box(words, &link)
    ))
}

/// A time of the browser's clock, which the script of the page writes with its zone; without it the time is UTC.
fn moment(form: &Form, name: &str) -> Option<UnixSeconds> {
    let zoned = form.get(&format!("{name}-utc"));
    parse_rfc3339(zoned).or_else(|| {
        let typed = form.get(name);
        let whole = if typed.len() == 16 { format!("{typed}:00Z") } else { format!("{typed}Z") };
        parse_rfc3339(&whole)
    })
}

fn render(caller: &Caller, name: &Name, status: StatusCode, notice: &str) -> Response {
    let body = [notice.to_owned(), new_share(caller), list(caller, name), zones(caller, name)].concat();
    caller.page(status, caller.words.shares, HERE, &body)
}

fn new_share(caller: &Caller) -> String {
    let words = caller.words;
    let household = caller.pass.people().now();
    let mut who = String::new();
    let may = |name: &Name| rule::may_share(&household, caller.pass.viewer(), name);
    let shareable: Vec<_> =
        household.register.people.iter().map(|person| &person.name).filter(|name| may(name)).collect();
    for name in &shareable {
        let checked = if shareable.len() == 1 { " checked" } else { "" };
        who += &format!(
            "<li>{}<input class=short name=\"shown-{}\" maxlength=60 placeholder=\"{}\" aria-label=\"{}: {}\"></li>",
            check(name.as_str(), &format!("name=who value=\"{}\"{checked}", e(name.as_str()))),
            e(name.as_str()),
            e(words.share_shown),
            e(name.as_str()),
            e(words.share_shown),
        );
    }
    let choice = |value: &str, checked: &str, label: &str, more: &str| {
        format!(
            "<div class=row><label class=check><input type=radio name=span value={value}{checked}><span>{}</span></label>{more}</div>",
            e(label)
        )
    };
    let hours = "<input class=short type=number name=hours min=1 max=744 value=24 aria-label=h> h";
    let times = "<input class=short type=datetime-local name=from data-zoned aria-label=from> – \
                 <input class=short type=datetime-local name=to data-zoned aria-label=to>";
    let lasts: String = LASTS_HOURS
        .iter()
        .map(|hours| {
            let label = match hours {
                0 => words.share_until_revoked.to_owned(),
                1 => format!("1 {}", words.hour),
                24 => format!("1 {}", words.day),
                hours if hours % 24 == 0 => format!("{} {}", hours / 24, words.days),
                hours => format!("{hours} {}", words.hours),
            };
            format!("<option value={hours}>{}</option>", e(&label))
        })
        .collect();
    let precisions: String = [("exact", words.exact), ("kilometre", words.kilometre), ("town", words.town)]
        .iter()
        .map(|(value, label)| format!("<option value={value}>{}</option>", e(label)))
        .collect();
    format!(
        "<section><h2>{}</h2><p class=soft>{}</p>{}<ul class=list>{who}</ul><div class=choices>{}{}{}</div>\
         <label class=field><span>{}</span><select name=lasts>{lasts}</select></label>\
         <label class=field><span>{}</span><select name=precision>{precisions}</select></label>{}{}\
         <button>{}</button></form></section>",
        e(words.share_new),
        e(words.share_new_hint),
        caller.form(HERE, "share"),
        choice("live", " checked", words.share_live, ""),
        choice("last", "", words.share_last, hours),
        choice("past", "", words.share_past, times),
        e(words.share_lasts),
        e(words.share_precision),
        field(words.share_phrase, words.share_phrase_optional, "name=phrase maxlength=200 autocomplete=off"),
        field(
            words.share_frames,
            words.share_frames_hint,
            "name=frames maxlength=500 inputmode=url autocapitalize=none spellcheck=false placeholder=\"https://home.example\""
        ),
        e(words.share_make),
    )
}

fn list(caller: &Caller, own: &Name) -> String {
    let words = caller.words;
    let household = caller.pass.people().now();
    let all = caller.is_owner();
    let shares: Vec<_> = household.register.shares.iter().filter(|share| all || share.by == *own).collect();
    let mut list = format!("<section><h2>{}</h2>", e(words.share_list));
    if shares.is_empty() {
        return list + &format!("<p class=soft>{}</p></section>", e(words.no_devices));
    }
    list += "<ul class=list>";
    for share in shares.into_iter().rev() {
        let names: Vec<_> = share
            .people
            .iter()
            .map(|shared| match &shared.shown {
                Some(shown) => format!("{} ({shown})", shared.person),
                None => shared.person.to_string(),
            })
            .collect();
        let span = match share.span {
            Span::Live => e(words.share_live),
            Span::Last { hours } => format!("{} {hours} h", e(words.share_last)),
            Span::Past { from_s, to_s } => format!("{} – {}", time(from_s), time(to_s)),
        };
        let end = match share.until_s {
            _ if share.is_over(now_s()) => e(words.share_ended),
            Some(until_s) => format!("{} {}", e(words.share_until), time(until_s)),
            None => e(words.share_until_revoked),
        };
        let views = match household.sessions.views(&share.id) {
            Some((count, last_s)) => {
                format!("{} {count}, {} {}", e(words.views), e(words.last_view), time(last_s))
            }
            None => e(words.no_views),
        };
        let frames = match share.framed_by.join(", ") {
            none if none.is_empty() => none,
            origins => format!("<small>{}: {}</small>", e(words.share_frames), e(&origins)),
        };
        let by = if share.by == *own { String::new() } else { format!(" · {}", e(share.by.as_str())) };
        list += &format!(
            "<li><span><strong>{}</strong>{by}<small>{span} · {end}</small>{frames}<small>{views}</small></span>{}\
             <input type=hidden name=id value=\"{}\"><button class=quiet>{}</button></form></li>",
            e(&names.join(", ")),
            caller.form(HERE, "revoke"),
            e(&share.id.0),
            e(words.revoke),
        );
    }
    list + "</ul></section>"
}

fn zones(caller: &Caller, own: &Name) -> String {
    let words = caller.words;
    let household = caller.pass.people().now();
    let zones = household.register.person(own.as_str()).map_or(&[][..], |person| person.zones.as_slice());
    let mut list = String::from("<ul class=list>");
    for zone in zones {
        list += &format!(
            "<li><span><strong>{}</strong><small>{:.5}, {:.5} · {:.0} m</small></span>{}\
             <input type=hidden name=label value=\"{}\"><button class=quiet>{}</button></form></li>",
            e(&zone.name),
            zone.lat,
            zone.lon,
            zone.radius_m,
            caller.form(HERE, "unzone"),
            e(&zone.name),
            e(words.remove),
        );
    }
    list += "</ul>";
    format!(
        "<section><h2>{}</h2><p class=soft>{}</p>{list}{}{}<div class=row>{}{}{}</div>\
         <button type=button class=quiet data-locate hidden>{}</button><button>{}</button></form></section>",
        e(words.zones),
        e(words.zones_hint),
        caller.form(HERE, "zone"),
        field(words.name, "", "name=label required maxlength=60"),
        field(words.latitude, "", "name=lat required inputmode=decimal class=short"),
        field(words.longitude, "", "name=lon required inputmode=decimal class=short"),
        field(words.radius_m, "", "name=radius required inputmode=numeric value=300 class=short"),
        e(words.here),
        e(words.add),
    )
}

impl Caller {
    /// The folder of this page as the browser knows it, for links that are sent to others. The browser says it with the
    /// form; below a proxy's path nobody else knows it.
    pub(super) fn folder(&self) -> String {
        let text = |name: header::HeaderName| self.headers.get(name).and_then(|value| value.to_str().ok());
        if let (Some(origin), Some(referrer)) = (text(header::ORIGIN), text(header::REFERER))
            && let Some(path) = referrer.strip_prefix(origin)
            && let Some((folder, _)) = path.split(['?', '#']).next().unwrap_or_default().rsplit_once('/')
        {
            return format!("{origin}{folder}/");
        }
        let scheme = if self.whence.secure { "https" } else { "http" };
        format!("{scheme}://{}/", text(header::HOST).unwrap_or("localhost"))
    }
}
