// Starts the page.
import { module } from './compile.js';
import './languages.js';
import '../map/leaflet.js';
import init from 'parts/dashboard.js';
import './later.js';

init({ module_or_path: module });
