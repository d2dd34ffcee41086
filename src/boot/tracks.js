// Starts the track worker.
import init from 'parts/tracks.js';

init({ module_or_path: new URL('./tracks_bg.wasm', import.meta.url) });
