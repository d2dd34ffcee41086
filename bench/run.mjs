// The browser benchmark of `cargo xtask bench`: start-up and histories in headless Chromium against a stand-in Recorder, the same
// way the official frontend was measured, and against our own server. Prints a table; ends by itself. See README.md.
//   node bench/run.mjs [--sets load,line,long,own,live,year,scaling] [--devices n1k,n10k,n50k]
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { plot } from './plot.mjs';
import { ensureStore, ensureYear } from './store.mjs';
import { SIZES } from './tracks.mjs';

const HERE = import.meta.dirname;
const DIST = join(HERE, '../dist');
const PORT = 8091; // The targets name it.
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? otherwise : process.argv[at + 1]).split(',');
};
const sets = option('sets', 'load,line,long,own,live,year,scaling');
const devices = option('devices', 'n1k,n10k,n50k,n100k');
/** 10 s apart, five million points are 19 months. */
const SCALING = ['n0', 'n10k', 'n30k', 'n100k', 'n300k', 'n1m', 'n2m', 'n5m'];

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
const base = `http://127.0.0.1:${PORT}`;

/** Starts a program and waits until it says that it is there. */
async function start(program, args, ready, { yields = false } = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: yields });
  if (yields) yieldToOthers(child.pid);
  const kill = () => child.kill();
  process.on('exit', kill);
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => ready.test(text) && resolve());
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
  });
  return () => {
    process.off('exit', kill);
    child.removeAllListeners('exit');
    return new Promise((resolve) => (child.once('exit', resolve), child.kill()));
  };
}

/**
 * At home the server is another machine. Here it has the cores of the browser, and by the kernel's groups of sessions even half of
 * them, however many threads the browser has and however nice the server's are: have its session take what others leave.
 */
function yieldToOthers(pid) {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, '10');
  } catch (error) {
    console.error(`the server takes cores as the browser does: ${error.message}`);
  }
}

const startStandIn = (warm) =>
  start('node', [join(HERE, 'recorder_stub.mjs'), '--port', String(PORT), '--dist', DIST, '--config', config, '--ttl', '3600', '--warm', warm.join()], /listening/);

const STORE = join(process.env.BENCH_STORE ?? tmpdir(), 'owntracks-dashboard-bench');

/** Our own server over a store with these devices. The store is made once: it takes a minute for a million points. */
function startOwnServer(devices) {
  ensureStore(STORE, devices.filter((device) => device !== 'n0'), SIZES);
  return serve(STORE);
}

/** Our own server over what `data` holds. */
function serve(data, options) {
  writeFileSync(join(data, 'config.json'), JSON.stringify({ recorder: { url: './' }, map: JSON.parse(readFileSync(config)).map }));
  const binary = process.env.DASHBOARD_SERVER ?? join(HERE, '../target/native/owntracks-dashboard');
  return start(binary, ['--data', data, '--listen', `127.0.0.1:${PORT}`, '--mqtt-listen', '127.0.0.1:0'], new RegExp(`127.0.0.1:${PORT}`), options);
}

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
    'request → line ms': r.req_to_line,
    'request → drawn ms': r.req_to_drawn,
    'navigation → drawn ms': r.mode === 'load' ? undefined : r.drawn,
    'longest task ms': r.longtask_max,
    'heap MB': r.heap_mb,
    'RSS MB': r.renderer_rss_after_gc_mb ?? r.renderer_rss_mb,
    'frame p50/p95/p99': r.frames && `${r.frames.median}/${r.frames.p95}/${r.frames.p99}`,
    error: r.error,
  });
  console.error(what, r.error ?? 'ok');
  return r;
};
const STATS = ['--stats', `${base}/__stats`];

if (sets.includes('load') || sets.includes('line')) {
  const stop = await startStandIn(sets.includes('line') ? devices : []);
  // The first run after a start pays the stand-in's own preparation and is not counted.
  if (sets.includes('load')) {
    await one('--mode', 'load', '--limit', '60');
    for (let i = 0; i < 3; i++) add('start', await one('--mode', 'load', '--limit', '60'));
  }
  if (sets.includes('line')) {
    for (const device of devices) {
      await one('--device', device, '--limit', '90', '--frames', '0', ...STATS);
      for (let i = 0; i < 2; i++) add(`${device} JSON`, await one('--device', device, '--limit', '90', ...STATS));
    }
  }
  await stop();
}
if (sets.includes('long')) {
  const stop = await startStandIn([]);
  for (const device of ['n500k', 'n1m']) {
    await one('--device', device, '--limit', '90', '--frames', '0', ...STATS);
    for (let i = 0; i < 2; i++) add(`${device} JSON`, await one('--device', device, '--limit', '90', ...STATS));
  }
  await stop();
}
if (sets.includes('own')) {
  const stop = await startOwnServer(['n1m']);
  await one('--device', 'n1m', '--limit', '90', '--frames', '0');
  for (let i = 0; i < 2; i++) add('n1m own server, cold', await one('--device', 'n1m', '--limit', '90'));
  for (let i = 0; i < 2; i++) add('n1m own server, reload', await one('--device', 'n1m', '--limit', '90', '--reload', '1', '--frames', '0'));
  await stop();
}
/** As at home: the server is elsewhere, and the browser has been open for a while. */
const AT_HOME = ['--rest', '3000'];
const tellTasks = (r) => console.error(`  longest task until everything was drawn ${r.longtask_max} ms, while panned and zoomed ${r.frames?.longtask_max} ms`);
if (sets.includes('live')) {
  // What is reported is stored: in a copy, or the next run would find more than a million points.
  const copy = mkdtempSync(join(tmpdir(), 'dashboard-live-'));
  ensureStore(STORE, ['n1m'], SIZES);
  cpSync(join(STORE, 'rec/bench/n1m'), join(copy, 'rec/bench/n1m'), { recursive: true });
  const stop = await serve(copy, { yields: true });
  const live = ['--device', 'n1m', '--limit', '90', '--drawn', 'live', '--to', 'now', '--live', `${base}/pub?u=bench&d=n1m`, ...AT_HOME];
  await one(...live, '--frames', '0');
  for (let i = 0; i < 10; i++) {
    const r = add('n1m own server, live', await one(...live, '--rep', String(i + 1)));
    console.error(`  ${r.reported} positions reported`);
    tellTasks(r);
  }
  await stop();
  rmSync(copy, { recursive: true, force: true });
}
if (sets.includes('year')) {
  const friends = ensureYear(STORE).join();
  const stop = await serve(STORE, { yields: true });
  const year = ['--friends', friends, '--from', '2025-07-01T00:00:00Z', '--limit', '120', '--viewport', '390x844', '--cpu', '4', ...AT_HOME];
  await one(...year, '--frames', '0');
  for (let i = 0; i < 5; i++) tellTasks(add('year of three, phone, CPU ÷ 4', await one(...year)));
  await stop();
}
if (sets.includes('scaling')) {
  const stop = await startOwnServer(SCALING);
  const points = [];
  for (const device of SCALING) {
    const r = add(`${device} own server`, await one('--device', device, '--limit', '120', '--from', '2024-01-01T00:00:00Z', ...(device === 'n0' ? ['--drawn', 'empty'] : [])));
    points.push({ points: SIZES[device], load_ms: r.req_to_drawn, memory_mb: r.renderer_rss_after_gc_mb, p99_ms: r.frames?.p99 });
  }
  await stop();
  const [empty, ...measured] = points;
  writeFileSync(join(HERE, '../docs/scaling.svg'), plot(measured.map((point) => ({ ...point, memory_mb: point.memory_mb - empty.memory_mb }))));
  console.table(measured.map((point) => ({ ...point, bytes_a_point: ((point.memory_mb - empty.memory_mb) * 1048576) / point.points })));
}
console.table(rows);
