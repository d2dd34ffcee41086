// A kiosk on its wall for days: does what it keeps grow? A browser with ui=kiosk before our own server, with a household that reports
// every half minute of days that pass faster than real ones. See README.md.
//   node bench/soak.mjs [--days 3] [--speed 400] [--samples 24] [--every 3600]
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser } from '../tests/support/dashboard.mjs';
import { startServer } from '../tests/support/server.mjs';
import { greyTile } from '../tests/support/site.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [days, speed, samples, every] = [option('days', 3), option('speed', 400), option('samples', 24), option('every', 3600)];

const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin'];
const REPORT_EVERY_S = 30;
const CARD_EVERY_S = 6 * 3600;
/** The broker is stopped, and started again, so often. */
const BREAKS = 3;
/** What is kept in the last third of the time may exceed that in the second by so much: a few dozen tiles more or fewer, of four listeners each. */
const ALLOWED = { heap_mb: 1, nodes: 60, listeners: 200, wasm_mb: 2, kept_mb: 25 };

/** The days that are simulated end now: what is to come would be taken for a wrong clock. */
const realStart = Date.now();
const start = realStart - days * 86_400_000;
const simulated = () => start + (Date.now() - realStart) * speed;

const png = greyTile();
const tiles = createServer((_, response) => (response.writeHead(200, { 'content-type': 'image/png', 'cache-control': 'max-age=86400' }), response.end(png)));
await new Promise((done) => tiles.listen(0, '127.0.0.1', done));
const map = { tiles: [{ name: 'Grey', url: `http://127.0.0.1:${tiles.address().port}/{z}/{x}/{y}.png`, attribution: 'none', maxZoom: 19 }] };
const config = { recorder: { url: './' }, mqtt: { url: 'mqtt' }, map };
let server = await startServer({ config });

const browser = await launchBrowser();
const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en-GB', timezoneId: 'UTC' });
await context.addInitScript(
  ([start, realStart, speed]) => {
    const now = Date.now;
    Date.now = () => start + (now() - realStart) * speed;
    // The page's module keeps its memory to itself.
    const instantiate = WebAssembly.instantiate;
    WebAssembly.instantiate = async (...all) => {
      const made = await instantiate(...all);
      window.wasmMemory ??= (made.instance ?? made).exports.memory;
      return made;
    };
  },
  [start, realStart, speed],
);
const page = await context.newPage();
const faults = [];
page.on('pageerror', (error) => faults.push(String(error)));
page.on('crash', () => faults.push('the renderer crashed'));
const [target, whole] = [await context.newCDPSession(page), await browser.newBrowserCDPSession()];

/** Where somebody is: a walk around a town, never twice the same way. */
function place(who, seconds) {
  const turn = (seconds / 1800) * (1 + who / 7);
  return { lat: 47.5 + who / 200 + Math.sin(turn) / 100, lon: 8.25 + who / 150 + Math.cos(turn * 1.3) / 80 };
}

const report = async (who, seconds) => {
  const name = PEOPLE[who];
  const battery = 100 - Math.floor((seconds / 600) % 90);
  const location = { _type: 'location', ...place(who, seconds), tst: seconds, tid: name.slice(0, 2), acc: 12, vel: 5, cog: Math.floor(seconds / 10) % 360, batt: battery };
  await server.post(name, 'phone', location);
};
const card = (who, seconds) =>
  server.post(PEOPLE[who], 'phone', { _type: 'card', tid: PEOPLE[who].slice(0, 2), name: `${PEOPLE[who]} ${Math.floor(seconds / CARD_EVERY_S) % 9}`, face: png.toString('base64') });

/** Everybody who reported is on the map with the last report. */
const caughtUp = (seconds) =>
  page.waitForFunction(
    ([people, seconds]) => people.every((name) => Number(document.querySelector(`[data-friend="${name}/phone"]`)?.dataset.tst) >= seconds),
    [PEOPLE, seconds],
    { timeout: 120_000 },
  );

async function measure(messages) {
  // Twice: what finalizers let go of is collected by the second.
  for (let n = 0; n < 2; n++) await target.send('HeapProfiler.collectGarbage');
  const { usedSize } = await target.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await target.send('Memory.getDOMCounters');
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  const resident = (id) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]) / 1024;
  const renderers = () => Math.max(...processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => resident(id)));
  const before = renderers();
  // The browser's caches and what its allocators hold in reserve go up and down with what else the machine does: without them.
  await target.send('Memory.simulatePressureNotification', { level: 'critical' });
  let kept = renderers();
  for (let same = 0; same < 5; ) {
    await sleep(200);
    const now = renderers();
    same = Math.abs(now - kept) < 2 ? same + 1 : 0;
    kept = now;
  }
  const { wasm, points, rounds } = await page.evaluate(() => ({
    wasm: window.wasmMemory?.buffer.byteLength,
    points: Number(document.querySelector('#dashboard').dataset.historyPoints),
    rounds: window.rounds,
  }));
  const [mb, one] = [1 << 20, (number) => Math.round(number * 10) / 10];
  return {
    day: one((simulated() - start) / 86_400_000), messages, rounds, points,
    heap_mb: one(usedSize / mb), nodes, listeners: jsEventListeners, wasm_mb: one(wasm / mb), rss_mb: Math.round(before), kept_mb: Math.round(kept),
  };
}

await page.goto(`${server.url}?ui=kiosk&kiosk=cycle&every=${every}`);
await page.locator('#dashboard[data-mqtt="live"]').waitFor();
// Counts how often the kiosk turns to somebody: one that stands still would prove nothing.
await page.evaluate(() => {
  window.rounds = 0;
  let last = null;
  new MutationObserver(() => {
    const id = document.querySelector('.friend-marker.is-selected')?.dataset.friend ?? null;
    if (id !== last) [last, window.rounds] = [id, window.rounds + 1];
  }).observe(document.querySelector('#dashboard'), { subtree: true, attributes: true, attributeFilter: ['class'] });
});

const all = Math.floor((days * 86_400) / REPORT_EVERY_S);
const isTime = (round, parts) => Math.floor((round * parts) / all) !== Math.floor(((round - 1) * parts) / all);
const rows = [];
let messages = 0;
for (let round = 1; round <= all; round++) {
  const seconds = Math.floor(start / 1000) + round * REPORT_EVERY_S;
  const early_ms = (seconds * 1000 - simulated()) / speed;
  if (early_ms > 0) await sleep(early_ms);
  if (isTime(round, BREAKS + 1) && round < all) {
    await server.stop();
    await page.locator('#dashboard[data-mqtt="waiting"], #dashboard[data-mqtt="connecting"]').waitFor();
    server = await startServer({ config, data: server.data, ports: server.ports });
    await page.locator('#dashboard[data-mqtt="live"]').waitFor({ timeout: 120_000 });
  }
  await Promise.all(PEOPLE.map((_, who) => report(who, seconds)));
  messages += PEOPLE.length;
  if (seconds % CARD_EVERY_S < REPORT_EVERY_S) await card(Math.floor(seconds / CARD_EVERY_S) % PEOPLE.length, seconds);
  if (isTime(round, samples)) {
    await caughtUp(seconds);
    rows.push(await measure(messages));
    console.error(JSON.stringify(rows.at(-1)));
  }
}
const dialogs = await page.locator('dialog[open]').count();
await browser.close();
await server.stop();
tiles.close();

// The first third is for getting to know everybody and for filling the browser's own caches. What is kept goes up and down with what the
// map shows (each tile has four listeners), so the highest of the second third is compared with that of the last.
const third = Math.floor(rows.length / 3);
const highest = (some) => Object.fromEntries(Object.keys(some[0]).map((what) => [what, Math.max(...some.map((row) => row[what]))]));
const [middle, end] = [highest(rows.slice(third, 2 * third)), highest(rows.slice(2 * third))];
console.table({ start: rows[0], 'highest of the second third': middle, 'highest of the last third': end, end: rows.at(-1) });
const grown = Object.entries(ALLOWED).filter(([what, allowed]) => !(end[what] - middle[what] <= allowed)).map(([what]) => what);
if (!end.rounds) faults.push('the kiosk turned to nobody');
if (dialogs) faults.push('a dialog is open');
if (grown.length) faults.push(`grew by more than is allowed: ${grown.join(', ')}`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
