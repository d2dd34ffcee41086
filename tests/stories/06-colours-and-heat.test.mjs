import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, open } from '../support/dashboard.mjs';
import { fixture } from '../support/fixtures.mjs';
import { recorderRoutes } from '../support/recorder.mjs';
import { startSite } from '../support/site.mjs';

const EXPECTED = JSON.parse(fixture('tracks/expected.json'));
const { points } = EXPECTED['day-alice-phone.rec'];
const DAY = '?friends=alice/phone&from=2026-11-10&to=2026-11-10&tz=UTC';

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

async function openDay(t, query, options) {
  const routes = recorderRoutes({ prefix: '/owntracks/', tracks: { 'alice/phone': 'day-alice-phone.rec' } });
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' } }, routes });
  const dashboard = await open(t, browser, `${site.url}${DAY}${query}`, options);
  await dashboard.until('data-history-points', points);
  await dashboard.until('data-history-drawn', points);
  return { ...dashboard, legend: dashboard.page.locator('.legends') };
}

/** How many clearly different colours the pictures of the tracks have, and how much of them is painted. */
const painted = (page) =>
  page.evaluate(() => {
    const hues = new Set();
    let pixels = 0;
    for (const canvas of document.querySelectorAll('.leaflet-tracks-pane canvas:not([hidden])')) {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] < 40) continue;
        pixels++;
        const [r, g, b] = data.subarray(at, at + 3);
        const spread = Math.max(r, g, b) - Math.min(r, g, b);
        if (data[at + 3] < 250 || spread < 80) continue;
        const hue = r >= g && r >= b ? (g - b) / spread : g >= b ? 2 + (b - r) / spread : 4 + (r - g) / spread;
        hues.add(Math.round(hue * 4));
      }
    }
    return { hues: hues.size, pixels };
  });

test('a line in the colours of speed has a legend in the units of the person', async (t) => {
  const metric = await openDay(t, '&colour=speed&units=metric&layers=line');
  await metric.legend.getByText('Speed', { exact: true }).waitFor();
  await metric.legend.getByText(/^0\skm\/h$/).waitFor();
  const { hues, pixels } = await painted(metric.page);
  assert.ok(pixels > 1000, `${pixels} pixels are painted`);
  assert.ok(hues >= 3, `${hues} hues are on the line`);
  metric.assertClean();

  const imperial = await openDay(t, '&colour=speed&units=imperial&layers=line');
  await imperial.legend.getByText(/^0\smph$/).waitFor();
});

test('a line in the colour of its person needs no legend', async (t) => {
  const dashboard = await openDay(t, '&layers=line');
  const { hues } = await painted(dashboard.page);
  assert.ok(hues <= 2, `${hues} hues are on the line`);
  assert.equal(await dashboard.legend.count(), 0);
});

test('the colour is chosen beside the layers, and is in the link from then on', async (t) => {
  const { page, legend, until, assertClean } = await openDay(t, '&layers=line', { locale: 'de-DE' });
  await page.getByRole('button', { name: 'Karte', exact: true }).click();
  await page.getByLabel('Farbe zeigt').selectOption('altitude');
  await legend.getByText('Höhe', { exact: true }).waitFor();
  await until('data-history-drawn', points);
  assert.match(page.url(), /colour=altitude/);
  assertClean();
});

test('the heat map shows where time was spent, and says so', async (t) => {
  const { page, legend, assertClean } = await openDay(t, '&layers=heat');
  await legend.getByText('Time spent', { exact: true }).waitFor();
  assert.ok((await painted(page)).pixels > 1000);
  assertClean();
});

test('points stand out from nothing, and all of them are drawn', async (t) => {
  const { page, assertClean } = await openDay(t, '&layers=points');
  assert.ok((await painted(page)).pixels > 200);
  assertClean();
});

test('a browser that cannot paint in workers says so, and shows people', async (t) => {
  const routes = recorderRoutes({ prefix: '/owntracks/' });
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' } }, routes });
  const context = await browser.newContext({ locale: 'en-GB' });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.addInitScript(() => delete globalThis.OffscreenCanvas);
  await page.goto(site.url);
  await page.locator('[data-notice="cannot-paint"]').waitFor();
  await page.locator('#dashboard [data-friend]').first().waitFor();
});
