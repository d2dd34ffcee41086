// Makes the bundle from index.html and the parts that Rust was built to. Usage: node bundle.mjs PARTS FOLDER
//
// Every file but index.html and the coastlines gets a hash of its content into its name, and .br and .gz beside it. There is
// no inline script, because the content security policy allows none.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const [parts, dist] = process.argv.slice(2);
const root = resolve(import.meta.dirname, '..');

/** Writes a file under a name with sixteen digits of its hash, by which our server knows that it never changes. */
function put(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const hashed = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  writeFileSync(join(dist, hashed), content);
  return hashed;
}

/** What scripts refer to, by the names that they know it by. */
const files = Object.fromEntries(
  readdirSync(parts)
    .filter((name) => name.endsWith('.wasm'))
    .map((name) => [name, put(name, readFileSync(join(parts, name)))]),
);

/** What bundling has to know of this project. */
const ours = {
  name: 'ours',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^parts\// }, ({ path }) => ({ path: resolve(parts, basename(path)) }));
    // Renderers of Leaflet that are never used: everything is SVG, but for our own canvases.
    onResolve({ filter: /\/(Canvas|SVG\.VML)$/ }, ({ path }) => ({ path: basename(path), namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: 'export const canvas = () => {}; export const vmlCreate = undefined, vmlMixin = {};',
    }));
    onLoad({ filter: /\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/[\w-]+\.(?:wasm|css)/g, (name) => files[name] ?? name),
    }));
  },
};

async function script(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/boot', entry)],
    bundle: true,
    format: 'esm',
    legalComments: 'inline',
    minify: true,
    nodePaths: [join(root, 'node_modules')],
    plugins: [ours],
    target: 'es2022',
    write: false,
  });
  return put(entry, outputFiles[0].contents);
}

/** Every `L.…` the module calls has to be in src/map/leaflet.js, or it would be found missing only when it is called. */
function checkLeaflet() {
  const glue = readFileSync(join(parts, 'dashboard.js'), 'utf8');
  const offered = readFileSync(join(root, 'src/map/leaflet.js'), 'utf8').split('globalThis.L = ')[1];
  const asked = new Set([...glue.matchAll(/\bL\.(?:control\.|DomUtil\.)?(\w+)/g)].map(([, name]) => name));
  const missing = [...asked].filter((name) => !new RegExp(`\\b${name}\\b`).test(offered));
  if (missing.length > 0) throw new Error(`src/map/leaflet.js lacks what the module uses of Leaflet: ${missing.join(', ')}`);
}

/** One style sheet of all that index.html names, in their order; one more of those that only panels need. */
async function style(html) {
  const links = [...html.matchAll(/ *<link rel="stylesheet" href="([^"]+)"( data-later)? \/>\n/g)];
  const sheet = async (name, chosen) => {
    const source = chosen.map(([, href]) => readFileSync(join(root, href), 'utf8')).join('\n');
    const { code } = await transform(source, { loader: 'css', minify: true, legalComments: 'none' });
    return put(name, code);
  };
  const first = await sheet('style.css', links.filter(([, , later]) => !later));
  files['later.css'] = await sheet('later.css', links.filter(([, , later]) => later));
  return links.reduce((page, [line], index) => {
    return page.replace(line, index === 0 ? `    <link rel="stylesheet" href="./${first}" />\n` : '');
  }, html);
}

checkLeaflet();
const styled = await style(readFileSync(join(root, 'index.html'), 'utf8'));
const tracks = await script('tracks.js');
const page = await script('page.js');
const icon = put('icon.svg', readFileSync(join(root, 'style/icon.svg')));
copyFileSync(join(root, 'node_modules/world-atlas/land-110m.json'), join(dist, 'land-110m.json'));

const start = `<link rel="preload" href="./${files['dashboard_bg.wasm']}" as="fetch" type="application/wasm" crossorigin />
    <script type="module" src="./${page}" id="boot" data-tracks="./${tracks}"></script>`;
const html = styled
  .replace('<!-- start -->', start)
  .replace('style/icon.svg', `./${icon}`);
if (!html.includes('id="boot"')) throw new Error('index.html has no place for the start');
writeFileSync(join(dist, 'index.html'), html);

// For servers that can send them.
for (const name of readdirSync(dist)) {
  const file = join(dist, name);
  const raw = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(raw, { params }));
  writeFileSync(`${file}.gz`, gzipSync(raw, { level: 9 }));
}
