//! What the pages say, in English and German.

use axum::http::{HeaderMap, header};

use crate::people::file::ChangeError;
use crate::people::register::Refused;

/// Makes one list of messages of two languages; a message without a translation does not compile.
macro_rules! words {
    ($($name:ident: $english:literal, $german:literal;)*) => {
        /// All that is said, in one language.
        #[allow(missing_docs, reason = "the words are their own description")]
        pub struct Words {
            pub language: &'static str,
            $(pub $name: &'static str,)*
        }

        const ENGLISH: Words = Words { language: "en", $($name: $english,)* };
        const GERMAN: Words = Words { language: "de", $($name: $german,)* };
    };
}

words! {
    product: "OwnTracks dashboard", "OwnTracks-Karte";
    to_map: "Map", "Karte";
    people: "People", "Personen";
    account: "My account", "Mein Konto";
    phones: "Phones", "Telefone";
    shares: "Shares", "Freigaben";
    log_out: "Log out", "Abmelden";
    log_in: "Log in", "Anmelden";
    name: "Name", "Name";
    password: "Password", "Passwort";
    stay: "Stay logged in on this device", "Auf diesem Gerät angemeldet bleiben";
    login_hint: "See where your household is.", "Sieh, wo dein Haushalt ist.";
    login_not_here: "You cannot log in here, inside another page.", "Hier, innerhalb einer anderen Seite, kannst du dich nicht anmelden.";
    login_not_here_hint: "Open the map by itself and log in there. Whoever runs the server can allow it in this page, too, with --embed-login.", "Öffne die Karte für sich und melde dich dort an. Wer den Server betreibt, kann es mit --embed-login auch in dieser Seite erlauben.";
    login_not_kept: "Your browser did not keep the login. Perhaps it keeps no cookies; inside a page of another site it keeps them over https only.", "Dein Browser hat die Anmeldung nicht behalten. Vielleicht behält er keine Cookies; innerhalb der Seite einer anderen Website behält er sie nur über https.";
    open_map: "Open the map", "Karte öffnen";
    wrong: "Name or password is not right.", "Name oder Passwort stimmt nicht.";
    wait: "Too many wrong passwords. Please try again in a minute.", "Zu viele falsche Passwörter. Bitte in einer Minute noch einmal versuchen.";
    welcome: "Welcome", "Willkommen";
    welcome_hint: "Make the first account. It is the owner's: owners decide who belongs to the household and who sees whom. From then on everybody logs in.", "Lege das erste Konto an. Es gehört dem Besitzer: Besitzer entscheiden, wer zum Haushalt gehört und wer wen sieht. Von da an melden sich alle an.";
    name_hint: "As in the topics of the phones: small letters, digits and -", "Wie in den Topics der Telefone: kleine Buchstaben, Ziffern und -";
    password_hint: "At least 8 characters", "Mindestens 8 Zeichen";
    again: "Password again", "Passwort noch einmal";
    not_same: "The two passwords are not the same.", "Die beiden Passwörter sind nicht gleich.";
    create: "Create account", "Konto anlegen";
    old_form: "The page was too old. Please try again.", "Die Seite war zu alt. Bitte noch einmal versuchen.";
    owners_only: "Only owners can see this page.", "Diese Seite ist nur für Besitzer.";
    disk: "That could not be saved: the disk refused. The log says more.", "Das ließ sich nicht speichern: Die Festplatte hat es abgelehnt. Mehr steht im Protokoll.";
    household: "Who belongs to the household", "Wer zum Haushalt gehört";
    owner: "Owner", "Besitzer";
    member: "Member", "Mitglied";
    no_login: "Cannot log in", "Ohne Anmeldung";
    you: "you", "du";
    change: "Change", "Ändern";
    add_person: "Add a person", "Person hinzufügen";
    add: "Add", "Hinzufügen";
    add_hint: "Without a password the person is seen but cannot log in: a car, a child.", "Ohne Passwort wird die Person gesehen, kann sich aber nicht anmelden: ein Auto, ein Kind.";
    may_decide: "Owner: decides who belongs to the household", "Besitzer: entscheidet, wer zum Haushalt gehört";
    unlisted: "In the histories, but nobody's", "Im Verlauf, aber niemandem zugeordnet";
    unlisted_hint: "Only owners see them. Add them as people to let others see them, too.", "Nur Besitzer sehen sie. Füge sie als Personen hinzu, damit auch andere sie sehen.";
    who_sees: "Who sees whom", "Wer wen sieht";
    who_sees_hint: "A change holds at once, also on pages and phones that are connected now.", "Eine Änderung gilt sofort, auch auf Seiten und Telefonen, die gerade verbunden sind.";
    sees: "sees", "sieht";
    save: "Save", "Speichern";
    saved: "Saved.", "Gespeichert.";
    added: "Added.", "Hinzugefügt.";
    removed: "Removed.", "Entfernt.";
    new_password: "New password", "Neues Passwort";
    current_password: "Current password", "Jetziges Passwort";
    change_password: "Change password", "Passwort ändern";
    password_changed: "The password was changed. All other logins have ended.", "Das Passwort wurde geändert. Alle anderen Anmeldungen sind beendet.";
    everywhere: "Log out everywhere", "Überall abmelden";
    everywhere_hint: "Ends the logins on all browsers. Phones with credentials of their own stay connected.", "Beendet die Anmeldungen in allen Browsern. Telefone mit eigenen Zugangsdaten bleiben verbunden.";
    logins: "Logins now:", "Anmeldungen zurzeit:";
    remove: "Remove", "Entfernen";
    remove_person: "Remove from the household", "Aus dem Haushalt entfernen";
    remove_hint: "Logins, phones and shares end at once. The history stays, and only owners see it.", "Anmeldungen, Telefone und Freigaben enden sofort. Der Verlauf bleibt, und nur Besitzer sehen ihn.";
    sure: "Yes, remove", "Ja, entfernen";
    devices: "Phones with credentials of their own", "Telefone mit eigenen Zugangsdaten";
    no_devices: "None yet.", "Noch keine.";
    revoke: "Revoke", "Widerrufen";
    add_phone: "Add a phone", "Telefon hinzufügen";
    back: "Back", "Zurück";
    by_proxy: "The reverse proxy in front says who you are.", "Der Reverse-Proxy davor sagt, wer du bist.";
    bad_name: "A name has letters a-z, digits and -, at most 64.", "Ein Name besteht aus Buchstaben a-z, Ziffern und -, höchstens 64.";
    name_taken: "That name is taken.", "Diesen Namen gibt es schon.";
    nobody_of_that_name: "Nobody has that name any more.", "Niemand heißt mehr so.";
    last_owner: "Somebody must stay owner, with a password.", "Jemand muss Besitzer bleiben, mit einem Passwort.";
    first_is_owner: "The first person is an owner and needs a password.", "Die erste Person ist Besitzer und braucht ein Passwort.";
    bad_password: "A password has 8 to 200 characters and is not the name.", "Ein Passwort hat 8 bis 200 Zeichen und ist nicht der Name.";
    no_such_thing: "That is gone already.", "Das gibt es schon nicht mehr.";
    too_many: "There is no room for more.", "Mehr passt nicht hinein.";
    bad_share: "A share needs somebody in it and must end after it begins.", "Eine Freigabe braucht jemanden, der zu sehen ist, und ein Ende nach dem Anfang.";
    share_title: "Shared with you", "Für dich freigegeben";
    share_opening: "Opening …", "Wird geöffnet …";
    share_scripts: "Please allow scripts for this page: the map is drawn by your browser.", "Bitte erlaube Skripte für diese Seite: Die Karte zeichnet dein Browser.";
    share_over: "This link has ended", "Dieser Link ist abgelaufen";
    share_over_hint: "Links like this one last for a while only, and must be complete. Ask whoever sent it for a new one.", "Solche Links gelten nur eine Zeit lang und müssen vollständig sein. Bitte um einen neuen, wer ihn dir geschickt hat.";
    share_phrase: "Phrase", "Losung";
    share_phrase_hint: "Whoever sent you the link also told you a phrase.", "Zu dem Link hat man dir auch eine Losung gesagt.";
    share_phrase_wrong: "That is not the phrase.", "Das ist nicht die Losung.";
    share_open: "Open", "Öffnen";
    share_made: "Here is the link", "Hier ist der Link";
    share_made_hint: "It is shown this once. Whoever has it sees what you share.", "Er wird nur dieses eine Mal gezeigt. Wer ihn hat, sieht, was du freigibst.";
    share_hand_on: "Share …", "Teilen …";
    copy: "Copy", "Kopieren";
    copied: "Copied", "Kopiert";
    share_new: "Share with guests", "Für Gäste freigeben";
    share_new_hint: "A link for people without an account. They see those you choose, and nothing else.", "Ein Link für Leute ohne Konto. Sie sehen, wen du auswählst, und sonst nichts.";
    share_shown: "Name shown instead", "Stattdessen gezeigter Name";
    share_live: "Where they are now", "Wo sie jetzt sind";
    share_last: "Now, and the last", "Jetzt, und die letzten";
    share_past: "A time in the past", "Eine Zeit in der Vergangenheit";
    share_lasts: "The link lasts", "Der Link gilt";
    share_until_revoked: "until it is revoked", "bis er widerrufen wird";
    share_until: "until", "bis";
    share_ended: "ended", "abgelaufen";
    share_precision: "How exactly", "Wie genau";
    exact: "exactly", "genau";
    kilometre: "about a kilometre", "etwa einen Kilometer";
    town: "which town", "welcher Ort";
    share_phrase_optional: "Optional. Tell it your guests by another way.", "Wenn du magst. Sag sie deinen Gästen auf einem anderen Weg.";
    share_frames: "Shown within the pages of", "Zu sehen in Seiten von";
    share_frames_hint: "Optional: sites that may put the map into a frame, with commas between them. Others cannot.", "Wenn du magst: Websites, die die Karte in einen Rahmen setzen dürfen, durch Kommas getrennt. Andere können es nicht.";
    share_frame: "For a page of yours", "Für eine Seite von dir";
    share_frame_plain: "Without TLS (https) browsers show this in frames of the same site only.", "Ohne TLS (https) zeigen Browser das nur in Rahmen derselben Website.";
    bad_origin: "A site is written like https://home.example, with nothing behind it.", "Eine Website schreibt man wie https://home.example, mit nichts dahinter.";
    share_make: "Make a link", "Link erstellen";
    share_list: "Links", "Links";
    day: "day", "Tag";
    hour: "hour", "Stunde";
    days: "days", "Tage";
    hours: "hours", "Stunden";
    views: "Opened:", "Geöffnet:";
    last_view: "last", "zuletzt";
    no_views: "Not opened yet", "Noch nicht geöffnet";
    zones: "Private places", "Private Orte";
    zones_hint: "Within these circles guests do not see you, in histories neither. Somewhat more is hidden, and not around the middle, so that lines which end there do not lead to it.", "In diesen Kreisen sehen Gäste dich nicht, auch nicht im Verlauf. Verborgen wird etwas mehr, und nicht rund um die Mitte, damit Linien, die dort enden, nicht zu ihr führen.";
    latitude: "Latitude", "Breite";
    longitude: "Longitude", "Länge";
    radius_m: "Radius in metres", "Radius in Metern";
    here: "Where I am now", "Wo ich gerade bin";
    phone_hint: "The phone gets a login of its own, which can be revoked. Install the OwnTracks app first.", "Das Telefon bekommt eigene Zugangsdaten, die sich widerrufen lassen. Installiere zuerst die App OwnTracks.";
    phone_whose: "Whose", "Wessen";
    phone_device: "Device", "Gerät";
    phone_device_hint: "Small letters, digits and -. The same name again replaces its login.", "Kleine Buchstaben, Ziffern und -. Derselbe Name noch einmal ersetzt die Zugangsdaten.";
    phone_mqtt: "MQTT: lasting connection, sees others at once", "MQTT: dauernde Verbindung, sieht andere sofort";
    phone_http: "HTTP: goes through every network", "HTTP: geht durch jedes Netz";
    phone_broker: "Broker (for MQTT)", "Broker (für MQTT)";
    phone_broker_hint: "As phones reach it, for example mqtts://home.example:8883", "Wie Telefone ihn erreichen, zum Beispiel mqtts://home.example:8883";
    phone_mqtt_plain: "MQTT has no TLS here (--mqtts-listen gives it one); HTTP has that of this page.", "MQTT hat hier kein TLS (--mqtts-listen gibt ihm eines); HTTP hat das dieser Seite.";
    phone_mqtt_local: "MQTT is open to this computer only (--mqtt-listen, --mqtts-listen). If it is reached another way, type how.", "MQTT ist nur für diesen Computer offen (--mqtt-listen, --mqtts-listen). Ist es anders erreichbar, gib an wie.";
    phone_mqtt_closed: "There is no MQTT for phones here (--mqtt-listen, --mqtts-listen).", "MQTT für Telefone gibt es hier nicht (--mqtt-listen, --mqtts-listen).";
    phone_outside_hint: "The broker is not ours: type its address. User and password are those it knows; they are set in the app.", "Der Broker ist nicht unserer: Gib seine Adresse an. Benutzer und Passwort sind die, die er kennt; sie werden in der App eingetragen.";
    phone_address: "The address of the broker is none.", "Die Adresse des Brokers ist keine.";
    phone_how: "Scan this with the phone, or open the link on it. The app must allow configuration by links: in its preferences, under “remote configuration”.", "Mit dem Telefon scannen, oder den Link darauf öffnen. Die App muss Konfiguration durch Links erlauben: in ihren Einstellungen unter „Remote-Konfiguration“.";
    phone_link: "Open in the app", "In der App öffnen";
    phone_file: "Save as .otrc file", "Als .otrc-Datei speichern";
    phone_by_hand: "By hand", "Von Hand";
    address: "Address", "Adresse";
    phone_waiting: "Waiting for the phone …", "Warte auf das Telefon …";
    phone_came: "The phone has logged in. Waiting for its first position: tap “publish” in the app, and allow it to see the location.", "Das Telefon hat sich angemeldet. Warte auf die erste Position: In der App „Veröffentlichen“ antippen und den Standort erlauben.";
    phone_refused: "Somebody tried to log in by this name with a wrong password. Is the configuration the newest one?", "Jemand hat sich unter diesem Namen mit falschem Passwort anmelden wollen. Ist die Konfiguration die neueste?";
    phone_arrived: "The first position has arrived. It is on the map.", "Die erste Position ist da. Sie ist auf der Karte.";
    phone_loopback: "This address is that of this computer: phones cannot reach it. Open this page by the address that phones use.", "Diese Adresse ist die dieses Computers: Telefone erreichen sie nicht. Öffne diese Seite unter der Adresse, die Telefone benutzen.";
    phone_plain: "Without TLS everybody on the way can read password and places. Fine at home, not on the internet.", "Ohne TLS können alle unterwegs Passwort und Orte lesen. Zu Hause in Ordnung, im Internet nicht.";
    phone_outside: "The broker is not ours: set user and password in the app as it knows them.", "Der Broker ist nicht unserer: Trage Benutzer und Passwort in der App ein, wie er sie kennt.";
    bad_zone: "A zone needs a name, a centre and a radius of 50 to 50,000 metres.", "Ein Bereich braucht einen Namen, eine Mitte und einen Radius von 50 bis 50.000 Metern.";
}

impl Words {
    /// The words in the language that the browser asks for first, of those there are.
    pub fn of(headers: &HeaderMap) -> &'static Self {
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let languages = asked.unwrap_or_default().split(',').map(|item| item.trim().to_ascii_lowercase());
        languages
            .filter_map(|item| match item.split(['-', ';']).next() {
                Some("de") => Some(&GERMAN),
                Some("en") => Some(&ENGLISH),
                _ => None,
            })
            .next()
            .unwrap_or(&ENGLISH)
    }

    /// Why something was not done.
    pub fn why(&self, error: &ChangeError) -> &'static str {
        let ChangeError::Refused(refused) = error else { return self.disk };
        match refused {
            Refused::BadName => self.bad_name,
            Refused::NameTaken => self.name_taken,
            Refused::NobodyOfThatName => self.nobody_of_that_name,
            Refused::LastOwner => self.last_owner,
            Refused::FirstIsOwner => self.first_is_owner,
            Refused::BadPassword => self.bad_password,
            Refused::NoSuchThing => self.no_such_thing,
            Refused::TooMany => self.too_many,
            Refused::BadShare => self.bad_share,
            Refused::BadZone => self.bad_zone,
        }
    }

    /// What was done, by the word for it in the address.
    pub fn done(&self, word: &str) -> Option<&'static str> {
        match word {
            "saved" => Some(self.saved),
            "added" => Some(self.added),
            "removed" => Some(self.removed),
            "password" => Some(self.password_changed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_there_is() {
        for (asked, language) in
            [("de-CH,de;q=0.9,en;q=0.8", "de"), ("fr, en;q=0.5, de;q=0.4", "en"), ("fr", "en"), ("", "en")]
        {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, asked.parse().unwrap())]);
            assert_eq!(Words::of(&headers).language, language, "{asked}");
        }
    }
}
