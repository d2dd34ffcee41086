#!/usr/bin/env node
// What keeps the main thread: its tasks of at least `--over` ms (20) from a navigation until friends are on the map and, with
// `--history 1`, a history was drawn, dragged and zoomed; what each consists of, and the functions it spent most time in.
//   node bench/tasks.mjs URL [--history 1] [--cpu 4] [--viewport 390x844] [--over 20]
// `cpu` is what the task itself used; the rest of its time it waited for a core.
import { chromium } from 'playwright-core';

const option = (name, otherwise) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : otherwise);
const [width, height] = option('viewport', '1440x900').split('x').map(Number);
const over = Number(option('over', '20')) * 1000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
});
const page = await browser.newPage({ viewport: { width, height } });
const cdp = await page.context().newCDPSession(page);
await cdp.send('Emulation.setCPUThrottlingRate', { rate: Number(option('cpu', '1')) });
await browser.startTracing(page, {
  categories: ['toplevel', 'devtools.timeline', 'blink.user_timing', 'v8', 'disabled-by-default-v8.cpu_profiler'],
});
await page.goto(process.argv[2], { waitUntil: 'commit' });
if (option('history')) {
  const drawn = () => {
    const data = document.querySelector('#dashboard')?.dataset;
    // Where somebody is reporting, the picture is never of the last point.
    return data?.history === 'ready' && data.historyDrawn > 0 && data.historyDrawn > 0.999 * data.historyPoints;
  };
  await page.waitForFunction(drawn, null, { timeout: 120_000 });
  await pause(1500);
  const box = await page.locator('.leaflet-container').boundingBox();
  const [x, y] = [box.x + box.width * 0.62, box.y + box.height * (height > width ? 0.3 : 0.7)];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 0; i <= 150; i++) {
    const angle = (i / 150) * 2 * Math.PI;
    await page.mouse.move(x + 0.15 * width * Math.sin(angle), y + 0.13 * height * Math.sin(2 * angle));
    await pause(14);
  }
  await page.mouse.up();
  for (const delta of [-240, -240, 240, 240, -240, 240]) {
    await page.mouse.wheel(0, delta);
    await pause(400);
  }
} else {
  const friends = () => document.querySelector('#dashboard [data-friend]') && document.querySelectorAll('img.leaflet-tile-loaded').length >= 4;
  await page.waitForFunction(friends);
}
await pause(1500);
const { traceEvents: events } = JSON.parse(await browser.stopTracing());
await browser.close();

const start = events.find((event) => event.name === 'navigationStart' && event.args.data?.documentLoaderURL === process.argv[2]);
const main = events
  .filter((event) => event.pid === start.pid && event.tid === start.tid && event.ph === 'X' && event.ts >= start.ts)
  .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
// Tasks hold tasks of the same name.
const tasks = [];
for (const event of main) {
  const isInside = tasks.length > 0 && event.ts < tasks.at(-1).ts + tasks.at(-1).dur;
  if (/RunTask$/.test(event.name) && event.dur >= over && !isInside) tasks.push(event);
}

/** Samples of the profiler: when, and the names of the functions on the stack. */
function* samples() {
  const profile = events.find((event) => event.name === 'Profile' && event.pid === start.pid && event.tid === start.tid);
  const nodes = new Map();
  let at = profile?.args.data.startTime ?? 0;
  for (const { args } of events.filter((event) => event.name === 'ProfileChunk' && event.pid === start.pid && event.id === profile?.id)) {
    for (const node of args.data.cpuProfile?.nodes ?? []) nodes.set(node.id, node);
    const deltas = args.data.timeDeltas ?? [];
    for (const [i, id] of (args.data.cpuProfile?.samples ?? []).entries()) {
      at += deltas[i];
      const stack = new Set();
      for (let node = nodes.get(id); node; node = nodes.get(node.parent)) stack.add(node.callFrame.functionName || '?');
      yield { at, length: deltas[i + 1] ?? 0, stack };
    }
  }
}

/** What other threads did between two times: each one's name and how much of a core it had, the busiest first. */
const threads = new Map();
for (const event of events) if (event.name === 'thread_name') threads.set(`${event.pid}/${event.tid}`, event.args.name);
const outer = new Map();
for (const event of events.filter((event) => /RunTask$/.test(event.name) && event.ph === 'X').sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
  const key = `${event.pid}/${event.tid}`;
  if (key === `${start.pid}/${start.tid}`) continue;
  const of = outer.get(key) ?? [];
  if (!of.length || event.ts >= of.at(-1).ts + of.at(-1).dur) of.push(event);
  outer.set(key, of);
}
function meanwhile(from, to) {
  const shares = [];
  for (const [key, of] of outer) {
    let busy = 0;
    for (const event of of) {
      const overlap = Math.min(to, event.ts + event.dur) - Math.max(from, event.ts);
      if (overlap > 0) busy += overlap * Math.min(1, (event.tdur ?? event.dur) / Math.max(1, event.dur));
    }
    if (busy > 2000) shares.push([threads.get(key) ?? key, busy]);
  }
  return shares.sort((a, b) => b[1] - a[1]).slice(0, 6);
}

const ms = (us) => (us / 1000).toFixed(1);
const profile = [...samples()];
for (const task of tasks) {
  const end = task.ts + task.dur;
  console.log(`${ms(task.ts - start.ts)} ms: a task of ${ms(task.dur)} ms, cpu ${ms(task.tdur ?? 0)} ms`);
  for (const part of main.filter((event) => event !== task && event.ts >= task.ts && event.ts + event.dur <= end && event.dur > 3000)) {
    if (!/RunTask$|^v8\.call/.test(part.name)) console.log(`    ${part.name} ${ms(part.dur)} ms ${part.args?.data?.type ?? ''}`);
  }
  const spent = new Map();
  for (const { at, length, stack } of profile.filter(({ at }) => at >= task.ts && at <= end)) {
    for (const name of stack) spent.set(name, (spent.get(name) ?? 0) + length);
  }
  const most = [...spent].sort((a, b) => b[1] - a[1]).slice(0, 12);
  console.log(`    meanwhile: ${meanwhile(task.ts, end).map(([name, us]) => `${name} ${ms(us)}`).join(', ')}`);
  console.log(`    in: ${most.map(([name, us]) => `${name} ${ms(us)}`).join(', ')}`);
}
console.log(`${tasks.length} tasks of at least ${over / 1000} ms; the longest ${ms(Math.max(0, ...tasks.map((task) => task.dur)))} ms, by cpu ${ms(Math.max(0, ...tasks.map((task) => task.tdur ?? 0)))} ms`);
