import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, open } from '../support/dashboard.mjs';
import { fixture } from '../support/fixtures.mjs';
import { recorderRoutes } from '../support/recorder.mjs';
import { startSite } from '../support/site.mjs';

const EXPECTED = JSON.parse(fixture('tracks/expected.json'));
const { points } = EXPECTED['day-alice-phone.rec'];
const DAY = '?friends=alice/phone&from=2026-11-10&to=2026-11-10&tz=UTC&map=52.4,13.34,11';

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

/** How many clearly different hues are on the map, and how many pixels have one: tiles and halos are grey. */
async function painted(page) {
  const picture = await page.screenshot({ clip: { x: 420, y: 20, width: 980, height: 640 } });
  const reader = await page.context().newPage();
  const found = await reader.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const copy = new OffscreenCanvas(image.width, image.height).getContext('2d');
    copy.drawImage(image, 0, 0);
    const pixels = copy.getImageData(0, 0, image.width, image.height).data;
    const hues = new Map();
    let coloured = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const [r, g, b] = pixels.subarray(at, at + 3);
      const spread = Math.max(r, g, b) - Math.min(r, g, b);
      if (spread < 50) continue;
      coloured++;
      const hue = r >= g && r >= b ? (g - b) / spread : g >= b ? 2 + (b - r) / spread : 4 + (r - g) / spread;
      const step = Math.round(hue * 3);
      hues.set(step, (hues.get(step) ?? 0) + 1);
    }
    return { hues: [...hues.values()].filter((count) => count > 20).length, coloured };
  }, picture.toString('base64'));
  await reader.close();
  return found;
}

test('a line in the colours of speed has a legend in the units of the person', async (t) => {
  const metric = await openDay(t, '&colour=speed&units=metric&layers=line');
  await metric.legend.getByText('Speed', { exact: true }).waitFor();
  await metric.legend.getByText(/^0\skm\/h$/).waitFor();
  const { hues, coloured } = await painted(metric.page);
  assert.ok(coloured > 500, `${coloured} pixels are painted`);
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
  assert.ok((await painted(page)).coloured > 1000);
  assertClean();
});

test('points stand out from nothing, and all of them are drawn', async (t) => {
  const { page, assertClean } = await openDay(t, '&layers=points');
  assert.ok((await painted(page)).coloured > 200);
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
