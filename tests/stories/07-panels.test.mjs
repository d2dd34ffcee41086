import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, open } from '../support/dashboard.mjs';
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
