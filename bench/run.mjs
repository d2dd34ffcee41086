// The browser benchmark of `cargo xtask bench`: start-up and histories in headless Chromium against a stand-in Recorder,
// the same way the official frontend was measured. Prints a table; ends by itself.
//   node bench/run.mjs [--sets load,line] [--devices n1k,n10k,n50k]
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const HERE = import.meta.dirname;
const DIST = join(HERE, '../dist');
const PORT = 8091; // The targets name it.
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? otherwise : process.argv[at + 1]).split(',');
};
const sets = option('sets', 'load,line');
const devices = option('devices', 'n1k,n10k,n50k,n100k');

/** Files a visitor gets before the live map works, and their sizes as sent. */
function startUpBytes() {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const names = [...new Set([...html.matchAll(/(?:href|src)="\.?\/?([^"#]+\.(?:js|css|wasm|svg))"/g)].map((m) => m[1]))];
  const files = [['index.html', Buffer.from(html)], ...names.map((name) => [name, readFileSync(join(DIST, name))])];
  const rows = files.map(([file, raw]) => ({ file, raw: raw.length, gzip: gzipSync(raw, { level: 9 }).length, brotli: brotliCompressSync(raw).length }));
  const total = rows.reduce((sum, row) => ({ file: 'all', raw: sum.raw + row.raw, gzip: sum.gzip + row.gzip, brotli: sum.brotli + row.brotli }));
  return [...rows, total];
}

const free = await new Promise((resolve) => {
  const probe = createServer().once('error', () => resolve(false)).listen(PORT, '127.0.0.1', () => probe.close(() => resolve(true)));
});
if (!free) throw new Error(`port ${PORT} is in use`);

console.table(startUpBytes());

const config = join(HERE, 'targets/dashboard.config.json');
const standIn = spawn('node', [join(HERE, 'recorder_stub.mjs'), '--port', String(PORT), '--dist', DIST, '--config', config, '--ttl', '3600', '--warm', devices.join()], { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => standIn.kill());
await new Promise((resolve) => standIn.stdout.on('data', (text) => /listening/.test(text) && resolve()));

const one = async (...args) => {
  const { stdout } = await promisify(execFile)('node', [join(HERE, 'bench_one.mjs'), '--target', join(HERE, 'targets/dashboard.json'), ...args], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1));
};
const rows = [];
const add = (what, r) => {
  rows.push({
    what,
    'first paint ms': r.fcp,
    'friends ms': r.shell,
    // Histories are fetched by the worker, whose requests the page's own timeline does not hold: counted from navigation.
    'navigation → drawn ms': r.mode === 'load' ? undefined : r.drawn,
    'longest task ms': r.longtask_max,
    'heap MB': r.heap_mb,
    'RSS MB': r.renderer_rss_mb,
    'frame p50/p95/p99': r.frames && `${r.frames.median}/${r.frames.p95}/${r.frames.p99}`,
    error: r.error,
  });
  console.error(what, r.error ?? 'ok');
};
// The first run after a start pays the stand-in's own preparation and is not counted.
if (sets.includes('load')) {
  await one('--mode', 'load', '--limit', '60');
  for (let i = 0; i < 3; i++) add('start', await one('--mode', 'load', '--limit', '60'));
}
if (sets.includes('line')) {
  for (const device of devices) {
    await one('--device', device, '--limit', '90', '--frames', '0');
    for (let i = 0; i < 2; i++) add(device, await one('--device', device, '--limit', '90'));
  }
}
console.table(rows);
standIn.kill();
