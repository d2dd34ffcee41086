// Starts the module, in the page and in its worker alike. `cargo xtask build` fills in the hashed names.
import init from './dashboard.js';

init({ module_or_path: new URL('./dashboard_bg.wasm', import.meta.url) });
