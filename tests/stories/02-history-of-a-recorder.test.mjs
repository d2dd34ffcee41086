import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, open } from '../support/dashboard.mjs';
import { fixture } from '../support/fixtures.mjs';
import { recorderRoutes } from '../support/recorder.mjs';
import { startSite } from '../support/site.mjs';

const EXPECTED = JSON.parse(fixture('tracks/expected.json'));
const CONFIG = { recorder: { url: '/owntracks/' } };
const TRACKS = { 'alice/phone': 'day-alice-phone.rec' };

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

async function openWith(t, recorder, query = '') {
  const routes = recorderRoutes({ prefix: '/owntracks/', tracks: TRACKS, ...recorder });
  const site = await startSite(t, { config: CONFIG, routes });
  const dashboard = await open(t, browser, site.url + query);
  return { dashboard, routes };
}

test('friends come from the Recorder, duplicate keys and all', async (t) => {
  const { dashboard } = await openWith(t, {});
  await dashboard.until('data-recorder', 'live');
  const last = JSON.parse(fixture('recorder/last-all.json'));
  for (const { username, device, lat, lon } of last) await dashboard.untilAt(`${username}/${device}`, lat, lon);
  await dashboard.until('data-friends', last.length);
  dashboard.assertClean();
});

test("a day's line has every point of that day", async (t) => {
  const { dashboard, routes } = await openWith(t, {}, '?friends=alice/phone&from=2026-11-10&to=2026-11-10');
  await dashboard.until('data-history', 'ready');
  const { points } = EXPECTED['day-alice-phone.rec'];
  await dashboard.until('data-history-points', points);
  await dashboard.until('data-history-drawn', points);
  const asked = routes.asked.filter((url) => url.pathname.endsWith('/locations'));
  assert.ok(asked.every((url) => url.searchParams.has('fields')), 'only the needed fields are asked for');
  dashboard.assertClean();
});

test('a day without points says so', async (t) => {
  const { dashboard } = await openWith(t, {}, '?friends=alice/phone&from=2026-11-12&to=2026-11-12');
  await dashboard.until('data-history', 'ready');
  await dashboard.until('data-history-points', 0);
  await dashboard.notice('history-empty').waitFor();
  dashboard.assertClean();
});

test('a Recorder that refuses says so', async (t) => {
  const { dashboard } = await openWith(t, { failing: () => 401 });
  await dashboard.until('data-recorder', 'refused');
  await dashboard.notice('recorder-refused').waitFor();
  dashboard.assertClean();
});

test('a link made for the older frontend opens the same view', async (t) => {
  const query =
    '?lat=52.4&lng=13.3&zoom=11&start=2026-11-10T00%3A00%3A00&end=2026-11-10T23%3A59%3A59&user=alice&device=phone&layers=last,line';
  const { dashboard } = await openWith(t, {}, query);
  await dashboard.until('data-history-drawn', EXPECTED['day-alice-phone.rec'].points);
  // The map stays where the link says: its centre is the middle of the map's element.
  const distance = await dashboard.page.evaluate(() => {
    const project = (lat, lon) => {
      const scale = 256 * 2 ** 11;
      const sine = Math.sin((lat * Math.PI) / 180);
      return [((lon + 180) / 360) * scale, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * scale];
    };
    const marker = document.querySelector('[data-friend="alice/phone"]');
    const map = document.querySelector('.leaflet-container').getBoundingClientRect();
    const box = marker.getBoundingClientRect();
    const [x, y] = project(+marker.dataset.lat, +marker.dataset.lon);
    const [centreX, centreY] = project(52.4, 13.3);
    const shown = [box.x + box.width / 2 - map.x - map.width / 2, box.y + box.height / 2 - map.y - map.height / 2];
    return Math.hypot(shown[0] - (x - centreX), shown[1] - (y - centreY));
  });
  assert.ok(distance < 60, `the marker stands ${distance} px from where the link's view puts it`);
  dashboard.assertClean();
});

test('a page without a config finds the Recorder beside it', async (t) => {
  const routes = recorderRoutes({ prefix: '/home/', tracks: TRACKS });
  const site = await startSite(t, { routes });
  const dashboard = await open(t, browser, site.url);
  await dashboard.until('data-recorder', 'live');
});
