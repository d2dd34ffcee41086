//! English.

use dashboard_core::model::sealed::Unfit;
use dashboard_core::model::view::{NoticeKind, SourceState};
use dashboard_core::model::viewing::NotAView;
use dashboard_core::owntracks::{BatteryState, Connection, Crossing, Monitoring};

use super::messages::{FirstWords, Messages};
use crate::ui::connect::FormError;
use crate::ui::sealed::LinkError;

/// What is said first.
pub static FIRST_WORDS: FirstWords = FirstWords {
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    just_now: "just now",
    no_position: "No position yet",
    at_place: |place| format!("at {place}"),
    panels_missing: "The rest of the page could not be loaded. The map goes on.",
    panels_retry: "Try again",
};

/// What there is to say, in English.
pub static MESSAGES: Messages = Messages {
    language_tag: "en",
    title: "OwnTracks",
    skip_to_list: "Skip to the list of people",
    close: "Close",
    cancel: "Cancel",
    copy: "Copy",
    copied: "Copied",
    retry: "Try again",
    dismiss: "Dismiss",
    panel_people: "People",
    panel_history: "History",
    panel_activity: "Activity",
    panels: "Panels",
    sheet_smaller: "Show less",
    sheet_larger: "Show more",
    map_options: "Map",
    fit_all: "Show everybody on the map",

    search: "Search people",
    sort_by: "Order",
    sort_name: "Name",
    sort_age: "Latest",
    sort_distance: "Nearest",
    viewer_refused: "Your browser does not tell where you are, so there are no distances. Allow this page to know your location.",
    loading_people: "Looking for people…",
    nobody_title: "Nobody yet",
    nobody_waiting: "As soon as a phone reports its position, it appears here. Open OwnTracks on a phone and tap \
                     the publish button to try it.",
    nobody_troubled: "There is no connection yet, so nobody can be shown. The message on the map says why.",
    nobody_unconnected: "Tell this page where your Recorder or MQTT broker is, and the people you share with appear here.",
    nothing_found: |text| format!("Nobody matches “{text}”"),
    in_private_place: "in a private place",
    guest_title: "Shared with you",
    guest_open: "Shared until revoked",
    guest_ends_in: |left| format!("Ends in {left}"),
    guest_over: "This share has ended",
    guest_over_hint: "Nothing of it is shown here any more. Ask whoever sent you the link if you need a new one.",
    nobody_shared: "None of the people shared with you has told a position in that time.",
    hint_private: "In a place that is kept private. As soon as they leave it, they are on the map again.",
    how_far: "How far away?",
    distance_from_you: "Distance from you",
    you_are_here: "You are here",
    away: |distance| format!("{distance} away"),
    battery: |percent| format!("Battery {percent}"),
    charging: "charging",
    hide: |name| format!("Hide {name} on the map"),
    follow_friend: |name| format!("Follow {name}"),
    history_of: |name| format!("History of {name}"),
    people_count: |n, number| if n == 1 { format!("{number} person") } else { format!("{number} people") },

    go_to: "Go to",
    follow: "Follow",
    show_history: "History",
    hide_on_map: "Hide",
    seen: "Seen",
    speed: "Speed",
    course: "Heading",
    altitude: "Altitude",
    accuracy: "Accuracy",
    battery_label: "Battery",
    connection: "Connection",
    regions: "In regions",
    wifi: "Wi-Fi",
    motion: "Activity",
    tag: "Tag",
    poi: "Point of interest",
    pressure: "Air pressure",
    reporting: "Reporting",
    coordinates: "Coordinates",
    open_in: "Open in",
    open_in_app: "Maps app",
    device: "Device",
    bad_messages: "Unreadable messages",
    hint_encrypted: "This phone sends encrypted messages, and no passphrase given here opens them.",
    hint_future: "This position claims to be from the future. The clock of the phone or of this computer is wrong.",
    hint_lost: "The phone lost its connection to the broker. This is the last known position.",
    add_passphrase: "Add passphrase…",
    compass: ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"],
    battery_state: |state| match state {
        BatteryState::Unplugged => "on battery",
        BatteryState::Charging => "charging",
        BatteryState::Full => "full, plugged in",
    },
    connection_kind: |connection| match connection {
        Connection::Wifi => "Wi-Fi",
        Connection::Mobile => "Mobile data",
        Connection::Offline => "Offline",
    },
    monitoring: |monitoring| match monitoring {
        Monitoring::Quiet => "Never by itself",
        Monitoring::Manual => "By hand only",
        Monitoring::Significant => "On significant changes",
        Monitoring::Move => "Continuously",
    },
    motion_kind: |wire| match wire {
        "stationary" | "still" => Some("still"),
        "walking" => Some("walking"),
        "running" => Some("running"),
        "cycling" => Some("cycling"),
        "automotive" => Some("driving"),
        _ => None,
    },

    places: "Longest stays",
    visits: |count, text| if count == 1 { "1 visit".into() } else { format!("{text} visits") },
    places_here: |count, text| if count == 1 { "1 place".into() } else { format!("{text} places here") },
    since: |time| format!("since {time}"),
    last_visit: |times| format!("last {times}"),

    point_altitude: |height| format!("Altitude {height}"),
    point_battery: |charge| format!("Battery {charge}"),
    along_since: |distance, time| format!("{distance} since {time}"),
    point_of: |name| format!("A point in the history of {name}"),
    point_number: |number, count| format!("point {number} of {count}"),
    along: "Distance",
    steps: "Steps along the history",
    step_first: "First point",
    step_back_ten: "Ten points back",
    step_back: "Previous point",
    step_forward: "Next point",
    step_forward_ten: "Ten points on",
    step_last: "Last point",

    today: "Today",
    yesterday: "Yesterday",
    last_24_hours: "24 hours",
    last_7_days: "7 days",
    last_30_days: "30 days",
    last_year: "1 year",
    range: "Time range",
    day: "Day",
    previous_day: "Previous day",
    next_day: "Next day",
    exact_times: "Exact times",
    from: "From",
    to: "To",
    apply: "Show",
    range_incomplete: "Enter both dates and times.",
    range_reversed: "The start is after the end.",
    whose: "Whose history",
    choose_someone: "Choose whose history to show. There are too many people to load everybody's at once.",
    fit_history: "Show all of it on the map",
    history_none: "No history",
    history_none_hint: "Histories come from an OwnTracks Recorder. Connect one to see where everybody has been.",
    history_empty: "No points in this time",
    history_empty_hint: "Nobody chosen here reported a position then. Try another day or a longer range.",
    history_failed: "The history could not be loaded",
    history_partial: "Some of it is missing",
    loading_history: "Loading history…",
    slices: |done, all| format!("Part {done} of {all}"),
    points: |n, number| if n == 1 { format!("{number} point") } else { format!("{number} points") },
    distance: "Distance",
    duration: "Duration",
    moving: "Moving",
    climb: "Climb",
    top_speed: "Top speed",
    no_points: "No points",
    left_out: |n, number| {
        if n == 1 { format!("{number} point left out") } else { format!("{number} points left out") }
    },
    left_out_repeats: |n, number| {
        if n == 1 { format!("{number} repeat") } else { format!("{number} repeats") }
    },
    left_out_damaged: |_, number| format!("{number} damaged"),
    failure_unreachable: "The Recorder does not answer.",
    failure_cross_origin: "No answer, or one the browser hides because the Recorder is at another address.",
    failure_mixed_content: "A secure page may not ask an http: address.",
    failure_timed_out: "The Recorder took too long.",
    failure_status: |status| format!("The Recorder refused: {status}"),
    failure_bad_answer: |what| format!("The answer makes no sense: {what}"),
    failure_broken: "The connection broke in the middle of the answer.",

    layers: "On the map",
    layer_live: "People",
    layer_line: "History as a line",
    layer_points: "History as points",
    layer_heat: "Time spent",
    layer_stays: "Stays",
    layer_regions: "Regions",
    layer_poi: "Points of interest",
    colour_of_lines: "Colour shows",
    colour_friend: "Person",
    colour_time: "Time",
    legend: "What colours mean",
    legend_unknown: "not reported",
    heat_little: "briefly",
    heat_much: "long",
    tiles: "Map style",
    tiles_missing: "The map tiles do not load; coastlines are shown instead.",

    sources: "Sources",
    source_mqtt: "MQTT",
    source_recorder: "Recorder",
    source_state: |state| match state {
        SourceState::Off => "not set up",
        SourceState::Connecting => "connecting",
        SourceState::Live => "connected",
        SourceState::Waiting => "retrying",
        SourceState::Refused => "refused",
        SourceState::Failed => "failed",
    },
    sources_good: "Live",
    sources_none: "Not connected",
    last_message: "Last message",
    retry_in: |wait| format!("Next try in {wait}"),
    version: "Version",
    refused_topics: "Topics the broker refused",
    recorder_live: "Live updates come from the Recorder as well.",
    messages_understood: |n, number| {
        if n == 1 { format!("{number} message") } else { format!("{number} messages") }
    },
    messages_unknown: |_, number| format!("{number} of unknown kinds, ignored"),
    messages_bad: |_, number| format!("{number} unreadable, ignored"),
    retry_now: "Retry now",
    connect: "Connection…",

    notices: "Messages",
    notice: |kind| match kind {
        NoticeKind::MqttRefused => (
            "The MQTT broker refused the login",
            "User name or password is wrong, or this user may not connect. Correct them and try again.",
        ),
        NoticeKind::MqttNoAnswer => (
            "Something answers, but not an MQTT broker",
            "The address opens a WebSocket, yet nothing there answers MQTT. Check the path (often /mqtt or /ws) and \
             that the port is the broker's WebSocket listener.",
        ),
        NoticeKind::MqttSilent => (
            "Connected, but nothing arrives",
            "The broker may not let this user read the topics. Check its access list: the user needs “topic read \
             owntracks/+/+”. If no phone has published yet, this is normal.",
        ),
        NoticeKind::MqttLost => (
            "No connection to the MQTT broker",
            "Positions are not live until it is back. The page keeps trying by itself; check that the broker runs and \
             that the address is right.",
        ),
        NoticeKind::RecorderRefused => (
            "The Recorder wants a login",
            "It, or the server in front of it, does not let this page in. Log in there in this browser, then try again.",
        ),
        NoticeKind::RecorderUnreachable => (
            "The Recorder does not answer",
            "Histories cannot be loaded. Check that it runs and that its address is right.",
        ),
        NoticeKind::RecorderBadAnswer => (
            "That is not an OwnTracks Recorder",
            "Something answers at this address, but not as a Recorder does. Check the path: the address must be the one \
             that api/0/list is below.",
        ),
        NoticeKind::RecorderEmpty => (
            "The Recorder knows nobody yet",
            "It answers but has stored no positions. Check that it subscribes to the broker your phones publish to.",
        ),
        NoticeKind::MixedContent => (
            "The browser blocks an insecure address",
            "This page came by https:, so it may only connect to wss: and https: addresses. Use those, or open the page by \
             http:.",
        ),
        NoticeKind::CrossOrigin => (
            "The browser hides the answers of another address",
            "Put this dashboard on the same address as the Recorder, for instance behind one reverse proxy, or have the \
             Recorder's server allow this page by CORS.",
        ),
        NoticeKind::Encrypted => {
            ("Some messages are encrypted", "Enter the passphrase that is set on the phone to read them.")
        }
        NoticeKind::HistoryEmpty => (
            "No points in this time",
            "Nobody chosen reported a position then. Try another day or a longer range.",
        ),
        NoticeKind::HistoryPartial => (
            "Part of the history is missing",
            "Some requests to the Recorder failed. The rest is shown; load the missing parts again.",
        ),
        NoticeKind::Clock => (
            "A clock is wrong",
            "A position claims to be from the future. Check date and time of the phone and of this computer.",
        ),
        NoticeKind::ConfigBad => (
            "config.json is damaged",
            "The page ignores it. Correct the file on the server and load the page again.",
        ),
        NoticeKind::TilesFailed => (
            "The map background does not load",
            "Coastlines are shown instead. Check the internet connection, or choose another map style.",
        ),
        NoticeKind::CannotPaint => (
            "This browser cannot draw histories",
            "Everything else works. Browsers since 2023 can: an update brings lines, points and colours to the map.",
        ),
    },
    notice_times: |_, number| format!("{number} times"),
    change_password: "Change login…",
    change_connection: "Check connection…",

    connect_now: "Connect",
    connect_title: "Connection",
    connect_welcome: "Welcome",
    connect_intro: "Where do your phones report to? One of the two is enough: the Recorder knows the past, MQTT knows \
                    what happens now.",
    recorder_url: "Recorder address",
    recorder_url_hint: "For instance https://home.example/owntracks/",
    mqtt_url: "MQTT address",
    mqtt_url_hint: "The broker's WebSocket listener, for instance wss://home.example/mqtt",
    username: "MQTT user",
    password: "MQTT password",
    password_kept: "Stays as it is",
    linked_broker: "This broker was named by the link you followed, not by you. Enter a login only if you know and trust \
                    this address:",
    topics: "Topics",
    topics_hint: "One per line",
    passphrases: "Encryption passphrases",
    passphrases_hint: "One per line, only if your phones encrypt",
    passphrases_kept: |n, number| {
        if n == 1 { format!("{number} passphrase is kept") } else { format!("{number} passphrases are kept") }
    },
    forget_passphrases: "Forget them",
    remember: "Remember on this device",
    remember_hint: "Otherwise password and passphrases are forgotten when this tab is closed. Do not tick this on a \
                    shared computer.",
    more_options: "More options",
    import_title: "Use a phone's settings",
    import_hint: "Drop an .otrc file here, or paste a link that starts with owntracks:///config",
    import_file: "Choose file…",
    import_paste: "owntracks:///config link",
    imported: "Taken over. Check the addresses, then connect.",
    form_error: |error| match error {
        FormError::NothingGiven => "Enter a Recorder address or an MQTT address.",
        FormError::RecorderUrl => "A Recorder address starts with http:// or https://.",
        FormError::MqttUrl => "A browser reaches MQTT by WebSocket: the address starts with ws:// or wss://.",
        FormError::SecretInUrl => "Leave user and password out of the address; they have their own fields.",
        FormError::MqttMixedContent => {
            "This page came by https:, so the browser only allows wss:// addresses."
        }
        FormError::RecorderMixedContent => {
            "This page came by https:, so the browser only allows https:// addresses."
        }
        FormError::Topics => "A topic may hold + only as a whole level and # only at the end.",
        FormError::PasswordWithoutUser => "A password needs a user.",
        FormError::PassphraseTooLong => "Passphrases have at most 32 characters.",
        FormError::Import => "That is not an OwnTracks configuration.",
    },

    settings: "Settings",
    appearance: "Appearance",
    theme: "Theme",
    theme_auto: "As the system",
    theme_light: "Light",
    theme_dark: "Dark",
    density: "Density",
    density_comfortable: "Comfortable",
    density_compact: "Compact",
    language: "Language",
    language_auto: "As the browser",
    units: "Units",
    units_auto: "By region",
    units_metric: "Kilometres",
    units_imperial: "Miles",
    time_zone: "Times are shown in",
    time_zone_local: "My time zone",
    time_zone_place: "The place's own time zone",
    thresholds: "Limits",
    stale_after: "A position fades after",
    old_after: "A position counts as old after",
    gap_time: "Split lines at pauses longer than",
    gap_distance: "Split lines at jumps longer than",
    max_accuracy: "Leave out points vaguer than",
    max_accuracy_off: "Keep all",
    trail: "Live trail behind each person",
    trail_off: "None",
    share_heading: "Sharing",
    share_hint: "With people who have no account at your broker: a sealed link with a login that may only read.",
    share_title: "Share by your own broker",
    share_intro: "The link holds a login of your broker, sealed with a phrase. Give guests a user of their own there, who may \
                  only read; the lines that mosquitto needs are shown with the link.",
    share_user: "User for guests",
    share_topics_hint: "One per line. Put a name in the place of the first + to share that person only.",
    share_phrase_hint: "Whoever has the link can try phrases for as long as they like: it should not be one that can be guessed.",
    share_lasts: "Meant for",
    share_make: "Make the link",
    share_link: "Link",
    share_apart: "Tell the phrase in another way than the link.",
    share_acl: "Lines for mosquitto's acl_file",
    share_passwd: "Command that sets the password",
    share_can: |until| {
        format!(
            "Whoever has link and phrase sees live what this user may read, and this page opens the link until {until}."
        )
    },
    share_cannot: "It does not end by itself: your broker knows nothing of that date, and somebody who opened the link can have \
                   kept the login. To end it, remove the user from the broker. It shows no histories.",
    link_phrase: "Phrase",
    link_open_title: "Somebody shares with you",
    link_open_intro: "This link is sealed. Type the phrase that you were told. Nothing of it is kept on this device.",
    link_open: "Open",
    link_opening: "Opening…",
    link_error: |error| match error {
        LinkError::Unfit(Unfit::Url) => "The address of a broker starts with ws:// or wss://.",
        LinkError::Unfit(Unfit::Username) => "Enter the user for guests, in one line.",
        LinkError::Unfit(Unfit::Password) => "Enter the password of that user, in one line.",
        LinkError::Unfit(Unfit::Topics) => {
            "Enter 1 to 32 topics. + stands for a whole level, # at the end only."
        }
        LinkError::Unfit(Unfit::Until | Unfit::Unreadable) | LinkError::Damaged => {
            "This link is damaged. Perhaps it was not copied as a whole."
        }
        LinkError::MixedContent => "This page came by https:, so the browser only allows wss:// addresses.",
        LinkError::ShortPhrase => "A phrase has at least 12 characters.",
        LinkError::NotHere => {
            "Browsers seal and open links only on pages that came by https:, or from this computer."
        }
        LinkError::WrongPhrase => "That is not the phrase of this link.",
        LinkError::Newer => "This link was made by a newer version of the dashboard.",
        LinkError::Over => "This link has ended. Ask for another one.",
    },
    visit_until: |until| format!("Opened by a link that is meant until {until}."),

    views_hint: "An OwnTracks Recorder has links of its own: views and tours.",
    view_title: "Shared view",
    view_open_title: "Open a shared view",
    view_open_intro: "Somebody sent you a link to their OwnTracks Recorder that has /view/ in it. It opens here, beside everything else. \
                      No login of yours is sent to another server.",
    view_link: "Link, or the id of a view of your own Recorder",
    view_not_one: |error| match error {
        NotAView::OtherText => {
            "This is not the link of a view: it starts with https:// and ends in /view/ and an id."
        }
        NotAView::MixedContent => {
            "This page came by https:, so the browser refuses this http: link. Open it in a tab of its own."
        }
    },
    view_look: "Show all of it",
    view_in_browser: "Open it by itself",
    view_loading: "Asking the Recorder…",
    view_empty: "There is nothing in this view's time.",
    view_gone: "The Recorder does not have this view, or no longer.",
    view_wants_login: "This view asks for a login, which this page cannot send. Open it by itself, and the browser asks you.",
    view_bad_time: "The Recorder does not understand the time that this view is for. Only its owner can mend that.",
    view_not_renewed: "The Recorder did not answer lately: what you see may be older.",
    view_line_failed: "The way here did not come, only the place.",
    tours_title: "Tours",
    tours_intro: "A tour is a link to where a device was within a time, and anybody who has it can open it. The Recorder keeps them.",
    tours_of: "Of the device",
    tours_nobody: "Nobody has been seen yet, so there is no device to ask about.",
    tours_asking: "Asking the Recorder…",
    tours_none: "This device has no tours.",
    tours_no_answer: "The Recorder says nothing of tours. It needs to be built with them, and this page must be let post to its /pub.",
    tours_encrypted: "The Recorder encrypts what it says to this device, so only the device itself can read its tours.",
    tour_end: "End",
    tour_end_confirm: "Really end it?",
    tour_new: "A new tour",
    tour_new_hint: |time| format!("Of the time that the history shows: {time}."),
    tour_label: "What to call it",
    tour_make: "Make the tour",

    device_data: "This device",
    kept_history: |size| {
        format!("Months of history are kept in this browser, so that they are shown at once: {size}.")
    },
    forget_kept: "Forget kept history",
    forget_hint: "Disconnects and erases addresses, passwords, passphrases and histories kept in this browser.",
    forget: "Forget everything",
    forget_confirm: "Really forget everything?",

    shortcuts: "Keyboard shortcuts",
    key_search: "Search people",
    key_shortcuts: "Show these shortcuts",
    key_escape: "Close, or deselect",
    key_arrows: "Move through the list",
    key_fit: "Show everybody on the map",
    key_history: "History",
    key_steps: "Next, previous point of the history",
    key_long_steps: "Ten points on, ten back",
    key_ends: "First, last point of the history",

    crossing: |crossing| match crossing {
        Crossing::Enter => |region| format!("arrived at {region}"),
        Crossing::Leave => |region| format!("left {region}"),
    },
    crossing_hidden: |crossing| match crossing {
        Crossing::Enter => "entered a region",
        Crossing::Leave => "left a region",
    },
    no_happenings: "Nothing has happened yet",
    no_happenings_hint: "When somebody enters or leaves a region set up on their phone, it is listed here.",
};
