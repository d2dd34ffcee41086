// Starts the module, in the page and in its worker alike. `cargo xtask build` fills in the hashed names.
import init from './dashboard.js';

const file = new URL('./dashboard_bg.wasm', import.meta.url);

if (globalThis.document) {
  init({ module_or_path: file });
} else {
  // The page hands over the module it compiled, or null.
  addEventListener('message', ({ data: module }) => init({ module_or_path: module ?? file }), { once: true });
}
