//! The map: an imperative island, and the only place that names Leaflet.
