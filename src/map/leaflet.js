/*! Leaflet 1.9.4 (c) 2010-2023 Volodymyr Agafonkin, (c) 2010-2011 CloudMade; BSD-2-Clause, https://leafletjs.com */
// The parts of Leaflet that the map uses, where the `leaflet` crate looks for them. The whole library is a tenth larger than
// its parts; `cargo xtask build` tells when the module asks for one that is not here.
import { attribution } from 'leaflet/src/control/Control.Attribution.js';
import { scale } from 'leaflet/src/control/Control.Scale.js';
import { zoom } from 'leaflet/src/control/Control.Zoom.js';
import { getPosition, setTransform } from 'leaflet/src/dom/DomUtil.js';
import { LatLng } from 'leaflet/src/geo/LatLng.js';
import { LatLngBounds } from 'leaflet/src/geo/LatLngBounds.js';
import { Point } from 'leaflet/src/geometry/Point.js';
import { divIcon } from 'leaflet/src/layer/marker/DivIcon.js';
import { Marker } from 'leaflet/src/layer/marker/Marker.js';
import { TileLayer } from 'leaflet/src/layer/tile/TileLayer.js';
import 'leaflet/src/layer/Tooltip.js';
import { Circle } from 'leaflet/src/layer/vector/Circle.js';
import { Polygon } from 'leaflet/src/layer/vector/Polygon.js';
import { Polyline } from 'leaflet/src/layer/vector/Polyline.js';
import 'leaflet/src/layer/vector/Renderer.getRenderer.js';
import { svg } from 'leaflet/src/layer/vector/SVG.js';
import 'leaflet/src/map/handler/Map.BoxZoom.js';
import 'leaflet/src/map/handler/Map.DoubleClickZoom.js';
import 'leaflet/src/map/handler/Map.Drag.js';
import 'leaflet/src/map/handler/Map.Keyboard.js';
import 'leaflet/src/map/handler/Map.ScrollWheelZoom.js';
import 'leaflet/src/map/handler/Map.TapHold.js';
import 'leaflet/src/map/handler/Map.TouchZoom.js';
import { Map } from 'leaflet/src/map/Map.js';

globalThis.L = {
  Circle,
  DomUtil: { getPosition, setTransform },
  LatLng,
  LatLngBounds,
  Map,
  Marker,
  Point,
  Polygon,
  Polyline,
  TileLayer,
  control: { attribution, scale, zoom },
  divIcon,
  svg,
};
