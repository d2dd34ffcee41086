// A year, and what may happen while it loads.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, location, nowSeconds, open } from '../support/dashboard.mjs';
import { startMosquitto } from '../support/mosquitto.mjs';
import { temporaryFolder } from '../support/processes.mjs';
import { recorderRoutes } from '../support/recorder.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';

const YEAR = '?friends=alice/phone&from=2025-01-01&to=2025-12-31';
const POINTS_A_MONTH = 500;

let browser, broker;

before(async () => {
  browser = await launchBrowser();
  broker = await startMosquitto({ viewer: { password: 'may look', acl: ['topic read owntracks/+/+'] } });
});
after(async () => {
  await browser?.close();
  await broker?.stop();
});

/** A walk with so many points in each month of 2025, or in those named. */
function yearOfWalks(months = Array.from({ length: 12 }, (_, month) => month)) {
  return months.flatMap((month) =>
    Array.from({ length: POINTS_A_MONTH }, (_, n) => walked(Date.UTC(2025, month, 3) / 1000 + n * 60, month * POINTS_A_MONTH + n)),
  );
}

const walked = (tst, n) => location(48.2 + Math.sin(n / 50) / 50, 16.3 + n / 20_000, { tst });

/** `hold()` makes the requests that `isMeant` wait until `release()`. */
function gate(isMeant) {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { holding: (url) => (isMeant(url) ? opened : undefined), release: () => open() };
}

const isSlice = (url) => url.pathname.endsWith('/locations');
const monthOf = (url) => url.searchParams.get('to').slice(0, 7);
const isOf = (month) => (url) => isSlice(url) && monthOf(url) === month;

async function openYear(t, recorder, { query = YEAR, config = {}, context } = {}) {
  const routes = recorderRoutes({ prefix: '/owntracks/', tracks: { 'alice/phone': yearOfWalks() }, ...recorder });
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' }, ...config }, routes });
  const dashboard = await open(t, browser, site.url + query, context);
  return { dashboard, routes, site };
}

/** The panel with ranges, progress and what can be done about it. */
async function openPanel(dashboard) {
  await dashboard.page.locator('nav.tabs button', { hasText: 'History' }).click();
  return dashboard.root;
}

const press = async (dashboard, name) => (await openPanel(dashboard)).getByRole('button', { name, exact: true }).first().click();

const eventually = async (what, isSo) => {
  const end = Date.now() + 15_000;
  while (!isSo()) {
    if (Date.now() > end) assert.fail(`not seen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('I stop a year that takes too long, keep what is there, and take it up again', async (t) => {
  // The newest month is asked for up to the first second of the next year.
  const { holding, release } = gate((url) => isSlice(url) && monthOf(url) < '2025-11');
  const { dashboard, routes } = await openYear(t, { holding });
  await dashboard.until('data-history-points', 3 * POINTS_A_MONTH);
  await press(dashboard, 'Cancel');
  await dashboard.until('data-history', 'partial', 2000);
  await eventually('the connections are closed', () => routes.dropped.filter(isSlice).length === 2);
  const asked = routes.asked.filter(isSlice).length;
  await dashboard.until('data-history-drawn', 3 * POINTS_A_MONTH);
  release();
  await press(dashboard, 'Try again');
  await dashboard.until('data-history', 'ready');
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH);
  assert.equal(routes.asked.filter(isSlice).length - asked, 9, 'only what was missing is asked for');
  dashboard.assertClean();
});

test('I ask for another time before the first has come', async (t) => {
  const { holding } = gate(isSlice);
  let isHeld = true;
  const { dashboard, routes } = await openYear(t, { holding: (url) => (isHeld ? holding(url) : undefined) });
  await eventually('two requests, not more', () => routes.asked.filter(isSlice).length === 2);
  isHeld = false;
  await press(dashboard, 'Yesterday');
  await dashboard.until('data-history', 'ready');
  await dashboard.until('data-history-points', 0);
  await eventually('the first requests are stopped', () => routes.dropped.filter(isSlice).length === 2);
  dashboard.assertClean();
});

test('a month that fails is named, the rest stays, and it alone is tried again', async (t) => {
  let isBroken = true;
  const failing = (url) => (isBroken && isOf('2025-08')(url) ? 500 : undefined);
  const { dashboard, routes } = await openYear(t, { failing });
  await dashboard.until('data-history', 'partial');
  await dashboard.until('data-history-drawn', 11 * POINTS_A_MONTH);
  await dashboard.notice('history-partial').waitFor();
  isBroken = false;
  const asked = routes.asked.filter(isSlice).length;
  await press(dashboard, 'Try again');
  await dashboard.until('data-history', 'ready');
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH);
  assert.equal(routes.asked.filter(isSlice).length - asked, 1);
  await dashboard.notice('history-partial').waitFor({ state: 'detached' });
  dashboard.assertClean();
});

/** How many months the page keeps. */
const monthsKept = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.open('owntracks-dashboard.histories');
        request.onerror = () => resolve(-1);
        request.onsuccess = () => {
          const database = request.result;
          if (!database.objectStoreNames.contains('facts')) return resolve(0);
          const count = database.transaction('facts').objectStore('facts').count();
          count.onsuccess = () => (database.close(), resolve(count.result));
        };
      }),
  );

async function untilKept(page, months) {
  const end = Date.now() + 15_000;
  for (let kept; (kept = await monthsKept(page)) !== months; ) {
    if (Date.now() > end) assert.fail(`${kept} months are kept, not ${months}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('I reload, and the year is there though the Recorder is gone; when I forget it, it is gone', async (t) => {
  const { dashboard, routes, site } = await openYear(t, {});
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH);
  await untilKept(dashboard.page, 12);
  routes.gone = true;
  await dashboard.page.reload();
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH);
  await dashboard.until('data-recorder', 'waiting');
  await dashboard.until('data-history', 'ready');
  // Another range of the same year, too.
  await dashboard.page.goto(`${site.url}?friends=alice/phone&from=2025-05-01&to=2025-05-31`);
  await dashboard.until('data-history-drawn', POINTS_A_MONTH);
  await dashboard.root.getByRole('button', { name: 'Settings' }).first().click();
  await dashboard.page.getByRole('button', { name: 'Forget kept history' }).click();
  await untilKept(dashboard.page, 0);
  await dashboard.page.reload();
  await dashboard.until('data-recorder', 'waiting');
  await dashboard.until('data-history-points', 0);
  dashboard.assertClean();
});

test('where nothing can be kept, everything works but for that', async (t) => {
  const routes = recorderRoutes({ prefix: '/owntracks/', tracks: { 'alice/phone': yearOfWalks() } });
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' } }, routes });
  const dashboard = await open(t, browser, 'about:blank');
  // As in a private window of some browsers. The worker's own scope is reached through its script.
  await dashboard.page.route('**/*', async (route) => {
    if (!/tracks.*\.js$/.test(new URL(route.request().url()).pathname)) return route.continue();
    const response = await route.fetch();
    const forbid = "Object.defineProperty(self, 'indexedDB', { configurable: true, get() { throw new DOMException('no', 'SecurityError'); } });\n";
    return route.fulfill({ response, body: forbid + (await response.text()) });
  });
  await dashboard.page.goto(site.url + YEAR);
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH);
  assert.equal(await monthsKept(dashboard.page), 0);
  dashboard.assertClean();
});

/** Alice's year in the store of our own server. */
function storeOfAYear() {
  const data = temporaryFolder('year');
  const folder = join(data, 'rec/alice/phone');
  mkdirSync(folder, { recursive: true });
  for (let month = 0; month < 12; month++) {
    const lines = yearOfWalks([month]).map((record) => {
      const time = `${new Date(record.tst * 1000).toISOString().slice(0, 19)}Z`;
      return `${time}\t*                 \t${JSON.stringify(record)}\n`;
    });
    writeFileSync(join(folder, `2025-${String(month + 1).padStart(2, '0')}.rec`), lines.join(''));
  }
  return data;
}

test('our own server is asked for months once, and again for one that changed', async (t) => {
  const server = await startServer({ data: storeOfAYear() });
  t.after(() => server.stop());
  const dashboard = await open(t, browser, 'about:blank');
  const answers = [];
  dashboard.page.context().on('response', (response) => {
    const url = new URL(response.url());
    if (url.pathname.endsWith('/history')) answers.push([url.searchParams.get('month'), response.status()]);
  });
  await dashboard.page.goto(server.url + YEAR);
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH);
  await untilKept(dashboard.page, 12);
  assert.equal(answers.length, 12);
  assert.ok(answers.every(([month, status]) => month && status === 200), `${answers}`);
  // Late news of a phone that had been in a drawer.
  await server.post('alice', 'phone', walked(Date.UTC(2025, 5, 20) / 1000, 7));
  answers.length = 0;
  await dashboard.page.reload();
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH + 1);
  await eventually('every month is checked', () => answers.length === 12);
  assert.deepEqual(answers.filter(([, status]) => status === 200), [['2025-06', 200]]);
  assert.equal(answers.filter(([, status]) => status === 304).length, 11);
  await dashboard.until('data-history', 'ready');
  dashboard.assertClean();
});

const LIVE = () => ({ mqtt: { url: broker.url, username: 'viewer', password: 'may look', topics: ['owntracks/+/+'] } });

test('I see somebody move while their year still loads, and every point is there once', async (t) => {
  const { holding, release } = gate(isSlice);
  const { dashboard, routes } = await openYear(t, { holding }, { query: '?friends=alice/phone&from=2025-01-01', config: LIVE() });
  await dashboard.until('data-mqtt', 'live');
  await eventually('the year is asked for', () => routes.asked.some(isSlice));
  const now = nowSeconds();
  for (let n = 0; n < 3; n++) {
    const record = walked(now + n, n);
    await broker.publish('owntracks/alice/phone', record);
    // The Recorder heard it, too.
    routes.records['alice/phone'].push(record);
  }
  await dashboard.until('data-history-points', 3);
  release();
  await dashboard.until('data-history', 'ready');
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH + 3);
  dashboard.assertClean();
});

test('I come back to a tab that slept, and what happened meanwhile is there', async (t) => {
  const { dashboard, routes } = await openYear(t, {}, { query: '?friends=alice/phone&from=2025-01-01', config: LIVE() });
  await dashboard.until('data-mqtt', 'live');
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH);
  const session = await dashboard.page.context().newCDPSession(dashboard.page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  // The broker gave up on a page that does not answer; what it missed only the Recorder knows.
  const now = nowSeconds();
  for (let n = 0; n < 5; n++) routes.records['alice/phone'].push(walked(now - 5 + n, n));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await dashboard.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH + 5);
  await broker.publish('owntracks/alice/phone', walked(nowSeconds() + 1, 9));
  await dashboard.until('data-history-drawn', 12 * POINTS_A_MONTH + 6);
  dashboard.assertClean();
});
