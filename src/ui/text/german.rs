//! German.

use dashboard_core::model::sealed::Unfit;
use dashboard_core::model::view::{NoticeKind, SourceState};
use dashboard_core::model::viewing::NotAView;
use dashboard_core::owntracks::{BatteryState, Connection, Crossing, Monitoring};

use super::messages::{FirstWords, Messages};
use crate::ui::connect::FormError;
use crate::ui::sealed::LinkError;

/// What is said first.
pub static FIRST_WORDS: FirstWords = FirstWords {
    zoom_in: "Vergrößern",
    zoom_out: "Verkleinern",
    just_now: "gerade eben",
    no_position: "Noch kein Standort",
    at_place: |place| format!("bei {place}"),
    panels_missing: "Der Rest der Seite konnte nicht geladen werden. Die Karte läuft weiter.",
    panels_retry: "Erneut versuchen",
};

/// What there is to say, in German.
pub static MESSAGES: Messages = Messages {
    language_tag: "de",
    title: "OwnTracks",
    skip_to_list: "Zur Liste der Personen springen",
    close: "Schließen",
    cancel: "Abbrechen",
    copy: "Kopieren",
    copied: "Kopiert",
    retry: "Erneut versuchen",
    dismiss: "Ausblenden",
    panel_people: "Personen",
    panel_history: "Verlauf",
    panel_activity: "Ereignisse",
    panels: "Bereiche",
    sheet_smaller: "Weniger zeigen",
    sheet_larger: "Mehr zeigen",
    map_options: "Karte",
    fit_all: "Alle auf der Karte zeigen",

    search: "Personen suchen",
    sort_by: "Reihenfolge",
    sort_name: "Name",
    sort_age: "Neueste",
    sort_distance: "Nächste",
    viewer_refused: "Der Browser verrät nicht, wo du bist, darum gibt es keine Entfernungen. Erlaube dieser Seite deinen Standort.",
    loading_people: "Personen werden gesucht …",
    nobody_title: "Noch niemand da",
    nobody_waiting: "Sobald ein Telefon seinen Standort meldet, erscheint es hier. Zum Ausprobieren OwnTracks auf einem \
                     Telefon öffnen und auf Senden tippen.",
    nobody_troubled: "Es gibt noch keine Verbindung, darum ist niemand zu sehen. Die Meldung auf der Karte sagt, warum.",
    nobody_unconnected: "Sag dieser Seite, wo dein Recorder oder MQTT-Broker ist; dann erscheinen hier alle, die mit dir \
                         teilen.",
    nothing_found: |text| format!("Niemand passt zu „{text}“"),
    in_private_place: "an einem privaten Ort",
    guest_title: "Für dich freigegeben",
    guest_open: "Freigegeben bis auf Widerruf",
    guest_ends_in: |left| format!("Endet in {left}"),
    guest_over: "Diese Freigabe ist zu Ende",
    guest_over_hint: "Hier ist nichts mehr davon zu sehen. Wer dir den Link geschickt hat, kann dir einen neuen geben.",
    nobody_shared: "Von denen, die für dich freigegeben sind, hat in dieser Zeit niemand eine Position gemeldet.",
    hint_private: "An einem Ort, der privat bleibt. Danach ist die Person wieder auf der Karte.",
    how_far: "Wie weit weg?",
    distance_from_you: "Entfernung von dir",
    you_are_here: "Du bist hier",
    away: |distance| format!("{distance} entfernt"),
    battery: |percent| format!("Akku {percent}"),
    charging: "lädt",
    hide: |name| format!("{name} auf der Karte ausblenden"),
    follow_friend: |name| format!("{name} folgen"),
    history_of: |name| format!("Verlauf von {name}"),
    people_count: |n, number| if n == 1 { format!("{number} Person") } else { format!("{number} Personen") },

    go_to: "Zeigen",
    follow: "Folgen",
    show_history: "Verlauf",
    hide_on_map: "Verbergen",
    seen: "Gesehen",
    speed: "Tempo",
    course: "Richtung",
    altitude: "Höhe",
    accuracy: "Genauigkeit",
    battery_label: "Akku",
    connection: "Verbindung",
    regions: "In Regionen",
    wifi: "WLAN",
    motion: "Bewegung",
    tag: "Markierung",
    poi: "Sehenswürdigkeit",
    pressure: "Luftdruck",
    reporting: "Meldet",
    coordinates: "Koordinaten",
    open_in: "Öffnen in",
    open_in_app: "Karten-App",
    device: "Gerät",
    bad_messages: "Unlesbare Nachrichten",
    hint_encrypted: "Dieses Telefon sendet verschlüsselt, und keine der eingegebenen Passphrasen öffnet die Nachrichten.",
    hint_future: "Dieser Standort will aus der Zukunft sein. Die Uhr des Telefons oder dieses Computers geht falsch.",
    hint_lost: "Das Telefon hat die Verbindung zum Broker verloren. Dies ist der letzte bekannte Standort.",
    add_passphrase: "Passphrase eingeben …",
    compass: ["Norden", "Nordosten", "Osten", "Südosten", "Süden", "Südwesten", "Westen", "Nordwesten"],
    battery_state: |state| match state {
        BatteryState::Unplugged => "im Akkubetrieb",
        BatteryState::Charging => "lädt",
        BatteryState::Full => "voll, am Netz",
    },
    connection_kind: |connection| match connection {
        Connection::Wifi => "WLAN",
        Connection::Mobile => "Mobilfunk",
        Connection::Offline => "Offline",
    },
    monitoring: |monitoring| match monitoring {
        Monitoring::Quiet => "Nie von selbst",
        Monitoring::Manual => "Nur von Hand",
        Monitoring::Significant => "Bei größeren Ortswechseln",
        Monitoring::Move => "Fortlaufend",
    },
    motion_kind: |wire| match wire {
        "stationary" | "still" => Some("ruht"),
        "walking" => Some("geht"),
        "running" => Some("läuft"),
        "cycling" => Some("fährt Rad"),
        "automotive" => Some("fährt"),
        _ => None,
    },

    places: "Längste Aufenthalte",
    visits: |count, text| if count == 1 { "1 Besuch".into() } else { format!("{text} Besuche") },
    places_here: |count, text| if count == 1 { "1 Ort".into() } else { format!("{text} Orte hier") },
    since: |time| format!("seit {time}"),
    last_visit: |times| format!("zuletzt {times}"),

    point_altitude: |height| format!("Höhe {height}"),
    point_battery: |charge| format!("Akku {charge}"),
    along_since: |distance, time| format!("{distance} seit {time}"),
    point_of: |name| format!("Ein Punkt im Verlauf von {name}"),
    point_number: |number, count| format!("Punkt {number} von {count}"),
    along: "Strecke",
    steps: "Schritte entlang des Verlaufs",
    step_first: "Erster Punkt",
    step_back_ten: "Zehn Punkte zurück",
    step_back: "Voriger Punkt",
    step_forward: "Nächster Punkt",
    step_forward_ten: "Zehn Punkte weiter",
    step_last: "Letzter Punkt",

    today: "Heute",
    yesterday: "Gestern",
    last_24_hours: "24 Stunden",
    last_7_days: "7 Tage",
    last_30_days: "30 Tage",
    last_year: "1 Jahr",
    range: "Zeitraum",
    day: "Tag",
    previous_day: "Tag davor",
    next_day: "Tag danach",
    exact_times: "Genaue Zeiten",
    from: "Von",
    to: "Bis",
    apply: "Zeigen",
    range_incomplete: "Beide Zeitpunkte vollständig angeben.",
    range_reversed: "Der Anfang liegt nach dem Ende.",
    whose: "Wessen Verlauf",
    choose_someone: "Wähle, wessen Verlauf du sehen willst. Für alle auf einmal sind es zu viele Personen.",
    fit_history: "Ganz auf der Karte zeigen",
    history_none: "Kein Verlauf",
    history_none_hint: "Verläufe kommen von einem OwnTracks-Recorder. Verbinde einen, um zu sehen, wer wo war.",
    history_empty: "Keine Punkte in dieser Zeit",
    history_empty_hint: "Niemand der Gewählten hat da einen Standort gemeldet. Versuche einen anderen Tag oder Zeitraum.",
    history_failed: "Der Verlauf ließ sich nicht laden",
    history_partial: "Ein Teil fehlt",
    loading_history: "Verlauf wird geladen …",
    slices: |done, all| format!("Teil {done} von {all}"),
    points: |n, number| if n == 1 { format!("{number} Punkt") } else { format!("{number} Punkte") },
    distance: "Strecke",
    duration: "Dauer",
    moving: "In Bewegung",
    climb: "Anstieg",
    top_speed: "Höchsttempo",
    no_points: "Keine Punkte",
    left_out: |n, number| {
        if n == 1 { format!("{number} Punkt ausgelassen") } else { format!("{number} Punkte ausgelassen") }
    },
    left_out_repeats: |n, number| {
        if n == 1 { format!("{number} Wiederholung") } else { format!("{number} Wiederholungen") }
    },
    left_out_damaged: |_, number| format!("{number} beschädigt"),
    failure_unreachable: "Der Recorder antwortet nicht.",
    failure_cross_origin: "Keine Antwort, oder eine, die der Browser verbirgt, weil der Recorder eine andere Adresse hat.",
    failure_mixed_content: "Eine sichere Seite darf keine http:-Adresse fragen.",
    failure_timed_out: "Der Recorder hat zu lange gebraucht.",
    failure_status: |status| format!("Der Recorder hat abgelehnt: {status}"),
    failure_bad_answer: |what| format!("Die Antwort ergibt keinen Sinn: {what}"),
    failure_broken: "Die Verbindung brach mitten in der Antwort ab.",

    layers: "Auf der Karte",
    layer_live: "Personen",
    layer_line: "Verlauf als Linie",
    layer_points: "Verlauf als Punkte",
    layer_heat: "Verbrachte Zeit",
    layer_stays: "Aufenthalte",
    layer_regions: "Regionen",
    layer_poi: "Sehenswürdigkeiten",
    colour_of_lines: "Farbe zeigt",
    colour_friend: "Person",
    colour_time: "Zeit",
    legend: "Was die Farben bedeuten",
    legend_unknown: "nicht gemeldet",
    heat_little: "kurz",
    heat_much: "lang",
    tiles: "Kartenstil",
    tiles_missing: "Die Kartenkacheln laden nicht; stattdessen sind Küstenlinien zu sehen.",

    sources: "Quellen",
    source_mqtt: "MQTT",
    source_recorder: "Recorder",
    source_state: |state| match state {
        SourceState::Off => "nicht eingerichtet",
        SourceState::Connecting => "verbindet",
        SourceState::Live => "verbunden",
        SourceState::Waiting => "getrennt",
        SourceState::Refused => "abgelehnt",
        SourceState::Failed => "gescheitert",
    },
    sources_good: "Live",
    sources_none: "Nicht verbunden",
    last_message: "Letzte Nachricht",
    retry_in: |wait| format!("Nächster Versuch in {wait}"),
    version: "Version",
    refused_topics: "Vom Broker abgelehnte Topics",
    recorder_live: "Auch der Recorder meldet laufend Neues.",
    messages_understood: |n, number| {
        if n == 1 { format!("{number} Nachricht") } else { format!("{number} Nachrichten") }
    },
    messages_unknown: |_, number| format!("{number} unbekannter Art, übergangen"),
    messages_bad: |_, number| format!("{number} unlesbar, übergangen"),
    retry_now: "Jetzt versuchen",
    connect: "Verbindung …",

    notices: "Meldungen",
    notice: |kind| match kind {
        NoticeKind::MqttRefused => (
            "Der MQTT-Broker hat die Anmeldung abgelehnt",
            "Benutzername oder Passwort ist falsch, oder dieser Benutzer darf sich nicht verbinden. Korrigiere sie und \
             versuche es erneut.",
        ),
        NoticeKind::MqttNoAnswer => (
            "Da antwortet etwas, aber kein MQTT-Broker",
            "Die Adresse öffnet einen WebSocket, doch dort spricht nichts MQTT. Prüfe den Pfad (oft /mqtt oder /ws) und ob \
             der Port der WebSocket-Listener des Brokers ist.",
        ),
        NoticeKind::MqttSilent => (
            "Verbunden, aber es kommt nichts an",
            "Vielleicht darf dieser Benutzer die Topics nicht lesen. Prüfe die Zugriffsliste des Brokers: nötig ist „topic \
             read owntracks/+/+“. Hat noch kein Telefon gesendet, ist das normal.",
        ),
        NoticeKind::MqttLost => (
            "Keine Verbindung zum MQTT-Broker",
            "Bis er zurück ist, sind Standorte nicht live. Die Seite versucht es von selbst weiter; prüfe, ob der Broker \
             läuft und die Adresse stimmt.",
        ),
        NoticeKind::RecorderRefused => (
            "Der Recorder verlangt eine Anmeldung",
            "Er, oder der Server davor, lässt diese Seite nicht hinein. Melde dich in diesem Browser dort an und versuche es \
             erneut.",
        ),
        NoticeKind::RecorderUnreachable => (
            "Der Recorder antwortet nicht",
            "Verläufe lassen sich nicht laden. Prüfe, ob er läuft und ob seine Adresse stimmt.",
        ),
        NoticeKind::RecorderBadAnswer => (
            "Das ist kein OwnTracks-Recorder",
            "Unter dieser Adresse antwortet etwas, aber nicht wie ein Recorder. Prüfe den Pfad: Unter der Adresse muss \
             api/0/list liegen.",
        ),
        NoticeKind::RecorderEmpty => (
            "Der Recorder kennt noch niemanden",
            "Er antwortet, hat aber keine Standorte gespeichert. Prüfe, ob er den Broker abonniert, an den deine Telefone \
             senden.",
        ),
        NoticeKind::MixedContent => (
            "Der Browser sperrt eine unsichere Adresse",
            "Diese Seite kam über https:, darum darf sie nur wss:- und https:-Adressen nutzen. Nimm solche, oder öffne die \
             Seite über http:.",
        ),
        NoticeKind::CrossOrigin => (
            "Der Browser verbirgt die Antworten einer anderen Adresse",
            "Stelle dieses Dashboard unter dieselbe Adresse wie den Recorder, etwa hinter einen gemeinsamen Reverse-Proxy, \
             oder lass dessen Server diese Seite per CORS zu.",
        ),
        NoticeKind::Encrypted => (
            "Manche Nachrichten sind verschlüsselt",
            "Gib die Passphrase ein, die auf dem Telefon eingestellt ist, um sie zu lesen.",
        ),
        NoticeKind::HistoryEmpty => (
            "Keine Punkte in dieser Zeit",
            "Niemand der Gewählten hat da einen Standort gemeldet. Versuche einen anderen Tag oder Zeitraum.",
        ),
        NoticeKind::HistoryPartial => (
            "Ein Teil des Verlaufs fehlt",
            "Einige Anfragen an den Recorder sind gescheitert. Der Rest ist zu sehen; lade die fehlenden Teile erneut.",
        ),
        NoticeKind::Clock => (
            "Eine Uhr geht falsch",
            "Ein Standort will aus der Zukunft sein. Prüfe Datum und Uhrzeit des Telefons und dieses Computers.",
        ),
        NoticeKind::ConfigBad => (
            "config.json ist beschädigt",
            "Die Seite beachtet sie nicht. Korrigiere die Datei auf dem Server und lade die Seite neu.",
        ),
        NoticeKind::TilesFailed => (
            "Der Kartenhintergrund lädt nicht",
            "Stattdessen sind Küstenlinien zu sehen. Prüfe die Internetverbindung, oder wähle einen anderen Kartenstil.",
        ),
        NoticeKind::CannotPaint => (
            "Dieser Browser kann keine Verläufe zeichnen",
            "Alles andere geht. Browser seit 2023 können es: Eine Aktualisierung bringt Linien, Punkte und Farben auf die Karte.",
        ),
    },
    notice_times: |_, number| format!("{number}-mal"),
    change_password: "Anmeldung ändern …",
    change_connection: "Verbindung prüfen …",

    connect_now: "Verbinden",
    connect_title: "Verbindung",
    connect_welcome: "Willkommen",
    connect_intro: "Wohin melden deine Telefone? Eines von beiden genügt: Der Recorder kennt die Vergangenheit, MQTT weiß, \
                    was jetzt geschieht.",
    recorder_url: "Adresse des Recorders",
    recorder_url_hint: "Zum Beispiel https://home.example/owntracks/",
    mqtt_url: "MQTT-Adresse",
    mqtt_url_hint: "Der WebSocket-Listener des Brokers, zum Beispiel wss://home.example/mqtt",
    username: "MQTT-Benutzer",
    password: "MQTT-Passwort",
    password_kept: "Bleibt, wie es ist",
    linked_broker: "Diesen Broker hat der Link genannt, dem du gefolgt bist, nicht du. Gib eine Anmeldung nur ein, wenn du \
                    diese Adresse kennst und ihr traust:",
    topics: "Topics",
    topics_hint: "Eines je Zeile",
    passphrases: "Passphrasen der Verschlüsselung",
    passphrases_hint: "Eine je Zeile, nur wenn deine Telefone verschlüsseln",
    passphrases_kept: |n, number| {
        if n == 1 {
            format!("{number} Passphrase ist hinterlegt")
        } else {
            format!("{number} Passphrasen sind hinterlegt")
        }
    },
    forget_passphrases: "Vergessen",
    remember: "Auf diesem Gerät merken",
    remember_hint: "Sonst sind Passwort und Passphrasen vergessen, sobald dieser Tab geschlossen wird. An einem gemeinsam \
                    genutzten Computer besser nicht ankreuzen.",
    more_options: "Weitere Angaben",
    import_title: "Einstellungen eines Telefons nutzen",
    import_hint: "Eine .otrc-Datei hierher ziehen, oder einen Link einfügen, der mit owntracks:///config beginnt",
    import_file: "Datei wählen …",
    import_paste: "owntracks:///config-Link",
    imported: "Übernommen. Prüfe die Adressen, dann verbinde.",
    form_error: |error| match error {
        FormError::NothingGiven => "Gib eine Recorder- oder eine MQTT-Adresse ein.",
        FormError::RecorderUrl => "Eine Recorder-Adresse beginnt mit http:// oder https://.",
        FormError::MqttUrl => {
            "Ein Browser erreicht MQTT über WebSocket: Die Adresse beginnt mit ws:// oder wss://."
        }
        FormError::SecretInUrl => {
            "Benutzer und Passwort gehören nicht in die Adresse; sie haben eigene Felder."
        }
        FormError::MqttMixedContent => {
            "Diese Seite kam über https:, darum erlaubt der Browser nur wss://-Adressen."
        }
        FormError::RecorderMixedContent => {
            "Diese Seite kam über https:, darum erlaubt der Browser nur https://-Adressen."
        }
        FormError::Topics => "Ein Topic darf + nur als ganze Ebene und # nur am Ende enthalten.",
        FormError::PasswordWithoutUser => "Zu einem Passwort gehört ein Benutzer.",
        FormError::PassphraseTooLong => "Passphrasen haben höchstens 32 Zeichen.",
        FormError::Import => "Das ist keine OwnTracks-Konfiguration.",
    },

    settings: "Einstellungen",
    appearance: "Darstellung",
    theme: "Farbschema",
    theme_auto: "Wie das System",
    theme_light: "Hell",
    theme_dark: "Dunkel",
    density: "Dichte",
    density_comfortable: "Luftig",
    density_compact: "Kompakt",
    language: "Sprache",
    language_auto: "Wie der Browser",
    units: "Einheiten",
    units_auto: "Nach Region",
    units_metric: "Kilometer",
    units_imperial: "Meilen",
    time_zone: "Zeiten in",
    time_zone_local: "Meiner Zeitzone",
    time_zone_place: "Der Zeitzone des Ortes",
    thresholds: "Grenzen",
    stale_after: "Ein Standort verblasst nach",
    old_after: "Ein Standort gilt als alt nach",
    gap_time: "Linien trennen bei Pausen über",
    gap_distance: "Linien trennen bei Sprüngen über",
    max_accuracy: "Punkte auslassen, die ungenauer sind als",
    max_accuracy_off: "Alle behalten",
    trail: "Spur hinter jeder Person",
    trail_off: "Keine",
    share_heading: "Teilen",
    share_hint: "Mit Leuten ohne Zugang zu deinem Broker: ein versiegelter Link mit Zugangsdaten, die nur lesen dürfen.",
    share_title: "Über deinen Broker teilen",
    share_intro: "Der Link enthält Zugangsdaten deines Brokers, versiegelt mit einem Satz. Gib Gästen dort einen eigenen Benutzer, der \
                  nur lesen darf; die Zeilen für mosquitto stehen dann beim Link.",
    share_user: "Benutzer für Gäste",
    share_topics_hint: "Eines je Zeile. Mit einem Namen statt des ersten + wird nur diese Person geteilt.",
    share_phrase_hint: "Wer den Link hat, kann Sätze ausprobieren, solange er will: Er sollte sich nicht erraten lassen.",
    share_lasts: "Gedacht für",
    share_make: "Link erstellen",
    share_link: "Link",
    share_apart: "Sag den Satz auf anderem Weg als den Link.",
    share_acl: "Zeilen für die acl_file von mosquitto",
    share_passwd: "Befehl, der das Passwort setzt",
    share_can: |until| {
        format!(
            "Wer Link und Satz hat, sieht live, was dieser Benutzer lesen darf, und diese Seite öffnet den Link bis {until}."
        )
    },
    share_cannot: "Er endet nicht von selbst: Dein Broker weiß nichts von diesem Datum, und wer den Link geöffnet hat, kann die \
                   Zugangsdaten behalten haben. Um ihn zu beenden, entferne den Benutzer beim Broker. Verläufe zeigt er nicht.",
    link_phrase: "Satz",
    link_open_title: "Jemand teilt mit dir",
    link_open_intro: "Dieser Link ist versiegelt. Gib den Satz ein, den man dir gesagt hat. Auf diesem Gerät bleibt nichts davon.",
    link_open: "Öffnen",
    link_opening: "Wird geöffnet …",
    link_error: |error| match error {
        LinkError::Unfit(Unfit::Url) => "Die Adresse eines Brokers beginnt mit ws:// oder wss://.",
        LinkError::Unfit(Unfit::Username) => "Gib den Benutzer für Gäste in einer Zeile an.",
        LinkError::Unfit(Unfit::Password) => "Gib sein Passwort in einer Zeile an.",
        LinkError::Unfit(Unfit::Topics) => {
            "Gib 1 bis 32 Topics an. + steht für eine ganze Ebene, # nur am Ende."
        }
        LinkError::Unfit(Unfit::Until | Unfit::Unreadable) | LinkError::Damaged => {
            "Dieser Link ist beschädigt. Vielleicht wurde er nicht ganz kopiert."
        }
        LinkError::MixedContent => {
            "Diese Seite kam über https:, darum erlaubt der Browser nur wss://-Adressen."
        }
        LinkError::ShortPhrase => "Ein Satz hat mindestens 12 Zeichen.",
        LinkError::NotHere => {
            "Browser versiegeln und öffnen Links nur auf Seiten, die über https: oder von diesem Computer kamen."
        }
        LinkError::WrongPhrase => "Das ist nicht der Satz dieses Links.",
        LinkError::Newer => "Dieser Link ist von einer neueren Version des Dashboards.",
        LinkError::Over => "Dieser Link ist abgelaufen. Bitte um einen neuen.",
    },
    visit_until: |until| format!("Über einen Link geöffnet, der bis {until} gedacht ist."),

    views_hint: "Ein OwnTracks Recorder hat eigene Links: Ansichten und Touren.",
    view_title: "Geteilte Ansicht",
    view_open_title: "Geteilte Ansicht öffnen",
    view_open_intro: "Jemand hat dir einen Link zu einem OwnTracks Recorder geschickt, in dem /view/ vorkommt. Er öffnet sich hier neben \
                      allem anderen. Keine deiner Anmeldungen geht an einen anderen Server.",
    view_link: "Link, oder Kennung einer Ansicht deines eigenen Recorders",
    view_not_one: |error| match error {
        NotAView::OtherText => {
            "Das ist kein Link einer Ansicht: Er beginnt mit https:// und endet mit /view/ und einer Kennung."
        }
        NotAView::MixedContent => {
            "Diese Seite kam über https:, darum verweigert der Browser diesen http:-Link. Öffne ihn in einem eigenen Tab."
        }
    },
    view_look: "Alles zeigen",
    view_in_browser: "Für sich öffnen",
    view_loading: "Der Recorder wird gefragt …",
    view_empty: "In der Zeit dieser Ansicht gibt es nichts.",
    view_gone: "Der Recorder hat diese Ansicht nicht oder nicht mehr.",
    view_wants_login: "Diese Ansicht verlangt eine Anmeldung, die diese Seite nicht schicken kann. Öffne sie für sich, dann fragt dich \
                       der Browser.",
    view_bad_time: "Der Recorder versteht die Zeit nicht, für die diese Ansicht ist. Das kann nur beheben, wem sie gehört.",
    view_not_renewed: "Der Recorder hat zuletzt nicht geantwortet: Was du siehst, kann älter sein.",
    view_line_failed: "Der Weg hierher kam nicht, nur der Ort.",
    tours_title: "Touren",
    tours_intro: "Eine Tour ist ein Link dahin, wo ein Gerät in einer Zeit war, und wer ihn hat, kann ihn öffnen. Der Recorder bewahrt sie auf.",
    tours_of: "Vom Gerät",
    tours_nobody: "Noch ist niemand zu sehen, darum gibt es kein Gerät, nach dem sich fragen ließe.",
    tours_asking: "Der Recorder wird gefragt …",
    tours_none: "Dieses Gerät hat keine Touren.",
    tours_no_answer: "Der Recorder sagt nichts von Touren. Er muss mit ihnen gebaut sein, und diese Seite muss an sein /pub senden dürfen.",
    tours_encrypted: "Der Recorder verschlüsselt, was er diesem Gerät sagt, darum kann nur das Gerät selbst seine Touren lesen.",
    tour_end: "Beenden",
    tour_end_confirm: "Wirklich beenden?",
    tour_new: "Eine neue Tour",
    tour_new_hint: |time| format!("Über die Zeit, die der Verlauf zeigt: {time}."),
    tour_label: "Wie sie heißen soll",
    tour_make: "Tour erstellen",

    device_data: "Dieses Gerät",
    kept_history: |size| {
        format!(
            "Monate des Verlaufs liegen in diesem Browser bereit, damit sie sofort zu sehen sind: {size}."
        )
    },
    forget_kept: "Gemerkten Verlauf vergessen",
    forget_hint: "Trennt die Verbindung und löscht Adressen, Passwörter, Passphrasen und Verläufe aus diesem Browser.",
    forget: "Alles vergessen",
    forget_confirm: "Wirklich alles vergessen?",

    shortcuts: "Tastenkürzel",
    key_search: "Personen suchen",
    key_shortcuts: "Diese Kürzel zeigen",
    key_escape: "Schließen oder abwählen",
    key_arrows: "Durch die Liste gehen",
    key_fit: "Alle auf der Karte zeigen",
    key_history: "Verlauf",
    key_steps: "Nächster, voriger Punkt des Verlaufs",
    key_long_steps: "Zehn Punkte weiter, zurück",
    key_ends: "Erster, letzter Punkt des Verlaufs",

    crossing: |crossing| match crossing {
        Crossing::Enter => |region| format!("ist bei {region} angekommen"),
        Crossing::Leave => |region| format!("hat {region} verlassen"),
    },
    crossing_hidden: |crossing| match crossing {
        Crossing::Enter => "hat eine Region betreten",
        Crossing::Leave => "hat eine Region verlassen",
    },
    no_happenings: "Noch ist nichts geschehen",
    no_happenings_hint: "Wenn jemand eine auf dem Telefon eingerichtete Region betritt oder verlässt, steht es hier.",
};
