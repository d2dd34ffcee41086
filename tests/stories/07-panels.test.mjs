import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, nowSeconds, open } from '../support/dashboard.mjs';
import { recorderRoutes } from '../support/recorder.mjs';
import { startSite } from '../support/site.mjs';

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Opens the page on a site that answers the first `refusals` requests for the panels with an error. */
async function openWithout(t, refusals, options) {
  const recorder = recorderRoutes({ prefix: '/owntracks/', tracks: { 'alice/phone': 'day-alice-phone.rec' } });
  let asked = 0;
  const routes = (request, url, response) => {
    if (!url.pathname.includes('split_rest')) return recorder(request, url, response);
    asked += 1;
    if (asked > refusals) return false;
    response.writeHead(503, { 'content-type': 'text/plain' });
    response.end('not now');
    return true;
  };
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' } }, routes });
  return open(t, browser, site.url, options);
}

test('friends are on the map though the panels do not come, and come when asked again', async (t) => {
  const { marker, notice, page, row } = await openWithout(t, 1);
  await marker('alice/phone').waitFor();
  await notice('panels-missing').waitFor();
  assert.equal(await row('alice/phone').count(), 0, 'there is no list yet');
  await notice('panels-missing').getByRole('button').click();
  await row('alice/phone').waitFor();
  await notice('panels-missing').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.locator('dialog[open]').waitFor();
});

test('the message that the panels are missing is in the language of the browser', async (t) => {
  const { notice } = await openWithout(t, Infinity, { locale: 'de-DE' });
  await notice('panels-missing').getByText('konnte nicht geladen werden').waitFor();
});

/** Three friends at known distances north of Berlin's zoo. */
async function openNearest(t, options) {
  const last = [['far/phone', 53.5], ['near/phone', 52.51], ['middle/phone', 52.9]].map(([id, lat]) => {
    const [username, device] = id.split('/');
    return { _type: 'location', lat, lon: 13.34, tst: nowSeconds(), tid: 'xx', username, device, topic: `owntracks/${id}` };
  });
  const routes = recorderRoutes({ prefix: '/owntracks/', last });
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' } }, routes });
  const dashboard = await open(t, browser, `${site.url}?units=metric`, options);
  await dashboard.row('far/phone').waitFor();
  return dashboard;
}

const order = (page) => page.locator('[data-friend-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-friend-row')));

test('the nearest people first, once the browser may say where somebody is, also after a reload', async (t) => {
  const viewer = { permissions: ['geolocation'], geolocation: { latitude: 52.505, longitude: 13.34 } };
  const { page, row, assertClean } = await openNearest(t, viewer);
  assert.equal(await row('near/phone').getByText('556 m').count(), 0, 'nobody asked where the viewer is');
  for (const again of [false, true]) {
    if (again) await page.reload();
    else await page.getByLabel('Order').selectOption('distance');
    await row('near/phone').getByText('556 m').waitFor();
    assert.deepEqual(await order(page), ['near/phone', 'middle/phone', 'far/phone']);
  }
  assertClean();
});

test('a browser that does not say where somebody is says why there are no distances', async (t) => {
  const { page, assertClean } = await openNearest(t);
  await page.getByLabel('Order').selectOption('distance');
  await page.getByText('there are no distances').waitFor();
  assert.equal((await order(page)).length, 3, 'everybody stays in the list');
  await page.getByLabel('Order').selectOption('name');
  await page.getByText('there are no distances').waitFor({ state: 'detached' });
  assertClean();
});
