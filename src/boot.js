// Starts the page's module. `cargo xtask build` fills in the hashed names.
import init from './dashboard.js';

init({ module_or_path: new URL('./dashboard_bg.wasm', import.meta.url) });
