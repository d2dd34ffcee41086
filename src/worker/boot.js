// Starts the track worker's module. `cargo xtask build` fills in the hashed names.
import init from './tracks.js';

init({ module_or_path: new URL('./tracks_bg.wasm', import.meta.url) });
