// Fifty friends who report a thousand times a second, in one browser: whether each message reached the page and the line of one of
// them, and how its frames were. Prints a line; ends by itself. See README.md.
//   node bench/crowd.mjs [--seconds 10]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FRIENDS = 50;
const EACH_PER_SECOND = 20;
const seconds = process.argv.includes('--seconds') ? Number(process.argv[process.argv.indexOf('--seconds') + 1]) : 10;
const rounds = seconds * EACH_PER_SECOND;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

const data = mkdtempSync(join(tmpdir(), 'dashboard-crowd-'));
const [http, mqtt] = [await freePort(), await freePort()];
const binary = process.env.DASHBOARD_SERVER ?? join(import.meta.dirname, '../target/native/owntracks-dashboard');
const server = spawn(binary, ['--data', data, '--listen', `127.0.0.1:${http}`, '--mqtt-listen', `127.0.0.1:${mqtt}`], { stdio: ['ignore', 'pipe', 'inherit'] });
await new Promise((resolve, reject) => {
  server.stdout.on('data', (text) => /Dashboard:/.test(text) && resolve());
  server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
});
server.removeAllListeners('exit');

const since = Math.floor(Date.now() / 1000) - rounds - 60;
const report = (friend, round) => `${JSON.stringify({ _type: 'location', tst: since + round, lat: 48.2 + 0.05 * Math.sin(friend + round / 40), lon: 16.37 + 0.05 * Math.cos(friend + round / 40), acc: 8, vel: 20, tid: String(friend).padStart(2, '0') })}\n`;
const phones = Array.from({ length: FRIENDS }, (_, friend) => {
  const args = ['-h', '127.0.0.1', '-p', String(mqtt), '-q', '1', '-t', `owntracks/u${friend}/phone`, '-l'];
  return spawn('mosquitto_pub', args, { stdio: ['pipe', 'inherit', 'inherit'] });
});
const everybody = (round) => phones.forEach((phone, friend) => phone.stdin.write(report(friend, round)));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  let arrived = 0;
  page.on('websocket', (socket) => {
    if (!socket.url().includes('/mqtt')) return;
    socket.on('framereceived', ({ payload }) => (arrived += payload.toString('latin1').split('"_type":"location"').length - 1));
  });
  everybody(0);
  await page.goto(`http://127.0.0.1:${http}/?friends=u7/phone&range=24h&layers=live,line`);
  await page.waitForFunction((friends) => document.querySelector('#dashboard')?.dataset.friends === String(friends), FRIENDS);
  await page.waitForFunction(() => document.querySelector('#dashboard').dataset.history === 'ready');
  await page.evaluate(() => {
    const seen = (window.__seen = { frames: [], tasks: [] });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => seen.tasks.push(entry.duration))).observe({ type: 'longtask' });
    let before;
    const step = (now) => {
      if (before) seen.frames.push(now - before);
      before = now;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  const before = arrived;
  const start = Date.now();
  for (let round = 1; round <= rounds; round++) {
    await pause(start + (round * 1000) / EACH_PER_SECOND - Date.now());
    everybody(round);
  }
  const took = (Date.now() - start) / 1000;
  const { frames, tasks } = await page.evaluate(() => __seen);
  const points = () => page.evaluate(() => Number(document.querySelector('#dashboard').dataset.historyPoints));
  for (let i = 0; i < 100 && (arrived - before < rounds * FRIENDS || (await points()) <= rounds); i++) await pause(100);
  frames.sort((a, b) => a - b);
  const share = (part) => frames[Math.floor(frames.length * part)].toFixed(1);
  console.log(`${rounds * FRIENDS} messages in ${took.toFixed(1)} s; ${arrived - before} reached the page, ${await points()} of ${rounds + 1} are in the line of one friend`);
  console.log(`frames p50/p95/p99 ${share(0.5)}/${share(0.95)}/${share(0.99)} ms; ${tasks.length} tasks over 50 ms${tasks.length ? `, the longest ${Math.round(Math.max(...tasks))} ms` : ''}`);
} finally {
  phones.forEach((phone) => phone.stdin.end());
  await browser.close();
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await ended;
  rmSync(data, { recursive: true, force: true });
}
