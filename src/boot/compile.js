// The module is compiled on other threads while this one is busy with Leaflet; hence a file of its own, imported first.
// The answer is on its way already: index.html preloads it.
export const module = WebAssembly.compileStreaming(fetch(new URL('./dashboard_bg.wasm', import.meta.url)));
// A failure is told where the module is used.
module.catch(() => {});
