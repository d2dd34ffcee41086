import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, open } from '../support/dashboard.mjs';
import { fixture } from '../support/fixtures.mjs';
import { recorderRoutes, recordsOf } from '../support/recorder.mjs';
import { startSite } from '../support/site.mjs';

const POINTS = JSON.parse(fixture('tracks/expected.json'))['day-alice-phone.rec'].points;
const RECORDS = recordsOf('day-alice-phone.rec').sort((one, other) => one.tst - other.tst);

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** The page with a day's line drawn, its map so far in on a point of the day that others are well apart from it. */
async function openDay(t, options = {}) {
  const routes = recorderRoutes({ prefix: '/owntracks/', tracks: { 'alice/phone': 'day-alice-phone.rec' } });
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' } }, routes });
  const record = RECORDS[Math.floor(RECORDS.length / 2)];
  const query = `?friends=alice/phone&from=2026-11-10&to=2026-11-10&map=${record.lat},${record.lon},16&layers=line,points`;
  const dashboard = await open(t, browser, site.url + query, options);
  await dashboard.until('data-history-drawn', POINTS);
  return { ...dashboard, record, card: dashboard.page.locator('.point-card'), ring: dashboard.page.locator('.map-point__ring') };
}

/** The middle of the map, where the view of the link puts its centre. */
async function centre(page) {
  const box = await page.locator('.leaflet-container').boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

test('a resting mouse shows the point under it, a click keeps it, Escape closes it', async (t) => {
  const { page, card, ring, assertClean } = await openDay(t);
  const [x, y] = await centre(page);
  await page.mouse.move(x - 80, y - 80);
  await page.mouse.move(x + 3, y + 2);
  const label = page.locator('.map-point__label');
  await label.waitFor();
  assert.match(await label.innerText(), /10 Nov 2026/);
  const box = await ring.boundingBox();
  assert.ok(Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y) < 14, 'the ring is at the point');
  await page.mouse.move(x - 300, y - 200);
  await label.waitFor({ state: 'detached' });
  await page.mouse.click(x, y);
  await card.waitFor();
  assert.match(await card.innerText(), /10 Nov 2026/);
  assert.equal(await ring.count(), 1);
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  assert.equal(await ring.count(), 0);
  assertClean();
});

test('keys step along the history and say where', async (t) => {
  const { page, card, assertClean } = await openDay(t);
  const said = page.locator('[data-point-said]');
  const reached = (number) => page.waitForFunction(
    (text) => document.querySelector('[data-point-said]')?.textContent.includes(text),
    `point ${number.toLocaleString('en-GB')} of ${POINTS.toLocaleString('en-GB')}`,
  );
  // Begins with the newest.
  await page.keyboard.press('p');
  await reached(POINTS);
  await page.keyboard.press('p');
  await reached(POINTS - 1);
  await page.keyboard.press('Shift+P');
  await reached(POINTS - 11);
  await page.keyboard.press('Home');
  await reached(1);
  assert.equal(await said.getAttribute('role'), 'status');
  for (let step = 0; step < 5; step++) await page.keyboard.press('n');
  await reached(6);
  await page.keyboard.press('Shift+N');
  await reached(16);
  // The map went along.
  const ring = await page.locator('.map-point__ring').boundingBox();
  const map = await page.locator('.leaflet-container').boundingBox();
  assert.ok(ring.x > map.x && ring.x < map.x + map.width && ring.y > map.y && ring.y < map.y + map.height);
  await card.getByRole('button', { name: 'Last point', exact: true }).click();
  await reached(POINTS);
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  assertClean();
});

test('on a phone a tap opens the sheet, which leaves the point in sight', async (t) => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, card, ring, assertClean } = await openDay(t, phone);
  const sheet = await page.locator('.side').boundingBox();
  // Brings a point of the line to where the map is free.
  await page.keyboard.press('p');
  await card.waitFor();
  // The map glides there.
  await page.waitForFunction((top) => {
    const box = document.querySelector('.map-point__ring').getBoundingClientRect();
    return box.top > 0 && box.bottom <= top + 4;
  }, sheet.y);
  await page.locator('.leaflet-pan-anim').waitFor({ state: 'detached' });
  const reached = await ring.boundingBox();
  await card.getByRole('button', { name: 'Close' }).click();
  await card.waitFor({ state: 'detached' });
  await page.touchscreen.tap(reached.x + reached.width / 2 + 4, reached.y + reached.height / 2 - 3);
  await card.waitFor();
  assert.equal(await ring.count(), 1);
  assertClean();
});

test('stays of a day are circles on the map and a list, from which one gets there', async (t) => {
  const routes = recorderRoutes({ prefix: '/owntracks/', tracks: { 'alice/phone': 'day-alice-phone.rec' } });
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' } }, routes });
  const [{ lat, lon }] = RECORDS;
  const far = `map=${lat + 2},${lon},12`;
  const dashboard = await open(t, browser, `${site.url}?friends=alice/phone&from=2026-11-10&to=2026-11-10&layers=line,stays&${far}`);
  const { page, assertClean } = dashboard;
  await dashboard.until('data-history-drawn', POINTS);
  const circles = page.locator('.map-stay');
  await page.keyboard.press('h');
  const stays = page.locator('.stay');
  await stays.nth(1).waitFor();
  assert.equal(await stays.count(), 2);
  assert.match(await stays.first().innerText(), /16[\s\S]*4 visits/, 'the longest first');
  assert.equal(await circles.count(), 0, 'both are elsewhere');
  await stays.first().press('Enter');
  await circles.first().waitFor();
  await circles.first().hover();
  await page.locator('.map-stay-name').getByText('4 visits').waitFor();
  await page.getByRole('button', { name: 'Map', exact: true }).click();
  await page.getByLabel('Stays').uncheck();
  await circles.first().waitFor({ state: 'detached' });
  assert.equal(await stays.count(), 0);
  assert.match(page.url(), /layers=line(&|$)/);
  assertClean();
});
