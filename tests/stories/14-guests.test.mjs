// Whoever has a link to a share: what they see, what their browser is told and keeps, and how it ends.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, location, nowSeconds, open } from '../support/dashboard.mjs';
import { household, share, submit } from '../support/household.mjs';
import { PASSWORD } from '../support/people.mjs';
import { run, temporaryFolder } from '../support/processes.mjs';
import { startServer } from '../support/server.mjs';

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

/** Everything that comes to a page: addresses, headers, bodies, frames; and what it asks. */
function record(page) {
  const traffic = [];
  const waiting = [];
  page.on('request', (request) => traffic.push(request.url(), request.method() === 'POST' ? '' : JSON.stringify(request.headers())));
  page.on('response', (answer) => {
    traffic.push(answer.url(), JSON.stringify(answer.headers()));
    const type = answer.headers()['content-type'] ?? '';
    // Redirects and what was broken off have no body; the bundle is the same for everybody.
    if (/json|html|text\/plain/.test(type)) waiting.push(answer.text().then((text) => traffic.push(text), () => {}));
  });
  page.on('websocket', (socket) => {
    traffic.push(socket.url());
    socket.on('framereceived', ({ payload }) => traffic.push(String(payload)));
  });
  return async () => (await Promise.all(waiting), traffic.join('\n').toLowerCase());
}

/** What the browser keeps for this origin. */
const kept = (page) =>
  page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    cookies: document.cookie,
  }));

test('a guest sees the share and nothing else, keeps nothing, and is out within a second', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const home = { lat: 48.25, lon: 16.25 };
  const old = location(48.1111, 16.1111, { tst: nowSeconds() - 20 * 3600, SSID: 'our wifi', batt: 41 });
  const early = location(48.2222, 16.2222, { tst: nowSeconds() - 1800, addr: 'Secret Street', inregions: ['Our Home'] });
  for (const place of [old, early]) await server.post('alice', 'pixel', place);
  await server.post('carol', 'phone', location(48.3, 16.3));
  await server.post('alice', 'pixel', { _type: 'transition', event: 'leave', desc: 'Our Home', tst: nowSeconds() - 1700, wtst: 1, lat: 48.3, lon: 16.3 });
  const { owner, credential } = await household(t, browser, server, 'alice');
  const phone = await credential('pixel');
  // Each fix is newer than the one before, by the second.
  let fixes = 0;
  const moveTo = (lat, lon) => phone.post(location(lat, lon, { SSID: 'our wifi', tst: nowSeconds() - 60 + 5 * fixes++ }));
  await moveTo(48.2082, 16.3738);
  await submit(owner.page, 'shares', 'zone', { label: 'Den', lat: String(home.lat), lon: String(home.lon), radius: '200' });

  const link = await share(owner.page, { who: ['alice'], span: 'last', fields: { 'shown-alice': 'Our guide', hours: '2' } });
  const guest = await open(t, browser, 'about:blank', { geolocation: { latitude: 48.2, longitude: 16.37 }, permissions: ['geolocation'] });
  const heard = record(guest.page);
  await guest.page.goto(link);
  await guest.until('data-friends', 1);
  assert.ok(!guest.page.url().includes('#'), 'the secret has left the address');
  const row = guest.page.locator('[data-friend-row]');
  await row.getByText('Our guide').waitFor();
  await guest.page.locator('.time-left').getByText(/^Ends in 1 day|^Ends in 23 h/).waitFor();
  await guest.page.waitForFunction(() => Number(document.querySelector('#dashboard').dataset.historyPoints) === 2);

  // What is of no use to guests is not there; what is, is.
  assert.equal(await guest.page.locator('[aria-label="Activity"], .pill[aria-expanded]').count(), 0);
  assert.equal(await guest.page.locator('dialog[open]').count(), 0);
  await guest.page.getByRole('button', { name: 'How far away?' }).click();
  await row.getByText(/\d.* away/).waitFor();
  await guest.page.locator('.map-viewer').waitFor();
  await row.getByRole('button').first().click();
  await guest.page.locator('.card a[href^="geo:48.208"]').waitFor();
  await guest.page.getByRole('button', { name: 'Follow', exact: true }).click();

  // Live, and gone into a private place, and out of it.
  await moveTo(48.2083, 16.3739);
  await guest.page.locator('[data-friend][data-lat="48.208300"]').waitFor({ state: 'attached' });
  await moveTo(home.lat, home.lon);
  await row.getByText('in a private place').waitFor({ timeout: 30_000 });
  await guest.until('data-friends', 0);
  await moveTo(48.2084, 16.374);
  await guest.page.locator('[data-friend][data-lat="48.208400"]').waitFor({ state: 'attached' });
  await row.getByText('in a private place').waitFor({ state: 'detached' });

  // A guest may wish for the dark; it is for this visit.
  await guest.page.getByRole('button', { name: 'Settings' }).click();
  await guest.page.locator('dialog select').first().selectOption('dark');
  await guest.page.locator(':root[data-theme="dark"]').waitFor({ state: 'attached' });
  assert.equal(await guest.page.locator('dialog .danger').count(), 0);
  await guest.page.keyboard.press('Escape');
  assert.deepEqual(await kept(guest.page), { local: [], session: [], databases: [], caches: [], cookies: '' });

  // What the worker fetched is not always to be had from the browser any more: the same question again, for all times.
  const history = await guest.page.evaluate(async () => {
    const [user, device] = document.querySelector('[data-friend-row]').dataset.friendRow.split('/');
    return (await fetch(`api/0/locations?user=${user}&device=${device}&from=1970-01-01&to=2100-01-01`)).text();
  });
  assert.ok(history.includes('48.222200'));

  // Revoked: out within a second, and nothing is left on the page.
  await owner.page.goto(`${server.url}shares`);
  await submit(owner.page, 'shares', 'revoke', {});
  const revoked = Date.now();
  await guest.notice('share-over').waitFor({ timeout: 5000 });
  const after = Date.now() - revoked;
  t.diagnostic(`the page was empty ${after} ms after the revoke was confirmed`);
  await guest.until('data-friends', 0);
  await guest.until('data-history-points', 0);
  assert.equal(await guest.page.locator('[data-friend], [data-friend-row], .side').count(), 0);
  await moveTo(48.2085, 16.3741);
  const secret = link.split('#')[1];
  const all = (await heard()) + history.toLowerCase();
  for (const seen of ['48.208300', '48.208400', 'our guide']) assert.ok(all.includes(seen), `${seen} is shared`);
  for (const word of ['alice', 'carol', 'pixel', 'our wifi', 'secret street', 'our home', 'den"', '48.1111', '48.25', '48.3,', '48.2085', '"batt"', secret.toLowerCase()]) {
    assert.ok(!all.includes(word), `a guest got "${word}"`);
  }
  await guest.page.goto(link);
  await guest.page.getByText('This link has ended').waitFor();
  guest.assertClean();
});

test('a share that ends while somebody looks says so kindly, also without a network', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  await server.post('alice', 'pixel', location(48.2082, 16.3738));
  const { owner } = await household(t, browser, server, 'alice');
  const link = await share(owner.page, { who: ['alice'], span: 'live', lasts: '1' });
  const guest = await open(t, browser, 'about:blank');
  // The server says that little is left, and then nothing any more.
  let left_s = 3599;
  await guest.page.route('**/share.json', async (route) => {
    if (left_s === null) return route.abort();
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), left_s } });
  });
  await guest.page.goto(link);
  await guest.until('data-friends', 1);
  assert.equal(await guest.page.locator('.tabs, .history-bar').count(), 0, 'no histories are shared');
  await guest.page.locator('.time-left').getByText(/^Ends in 59 min/).waitFor();
  left_s = 8;
  await guest.page.locator('.time-left').getByText(/^Ends in [45] sec/).waitFor();
  left_s = null;
  await guest.notice('share-over').waitFor();
  await guest.until('data-friends', 0);
});

test('a share made for a page of another site shows in its frame, over TLS, and in no other', async (t) => {
  const folder = temporaryFolder('tls');
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], '');
  const server = await startServer({ args: ['--tls-cert', cert, '--tls-key', key], scheme: 'https' });
  t.after(() => server.stop());
  const { owner } = await household(t, browser, server, 'alice');
  await server.publish('owntracks/alice/pixel', location(48.2082, 16.3738), ['-u', 'alice', '-P', PASSWORD]);

  const sites = await Promise.all([0, 1].map(() => foreignSite(t)));
  const [named, stranger] = sites;
  const link = await share(owner.page, { who: ['alice'], fields: { 'shown-alice': 'Our guide', frames: named.origin } });
  assert.match(await owner.page.locator('#frame').textContent(), /<iframe src=".*\?ui=embed#/);
  const framed = link.replace('/#', '/?ui=embed&parts=people#');
  for (const site of sites) site.shows(framed);

  const around = await open(t, browser, named.origin, { ignoreHTTPSErrors: true });
  const frame = around.page.frameLocator('iframe');
  await frame.locator('#dashboard[data-friends="1"][data-ui="embed"]').waitFor();
  await frame.locator('.strip').getByText('Our guide').waitFor();
  await frame.locator('.time-left').waitFor();
  const [cookie] = await around.context.cookies();
  assert.deepEqual([cookie.name, cookie.sameSite, cookie.secure, cookie.httpOnly], ['owntracks-guest', 'None', true, true]);

  const elsewhere = await open(t, browser, stranger.origin, { ignoreHTTPSErrors: true });
  await elsewhere.page.waitForFunction(() => document.readyState === 'complete');
  assert.equal(await elsewhere.page.frames()[1].evaluate(() => document.querySelector('#dashboard, #open')).catch(() => null), null);
  assert.deepEqual(await elsewhere.context.cookies(), []);

  await submit(owner.page, 'shares', 'revoke', {});
  await frame.locator('[data-notice="share-over"]').waitFor();
});

/** A page on a port of its own, of another site than what comes by https. */
async function foreignSite(t) {
  let html = '';
  const site = createServer((_, response) => (response.writeHead(200, { 'content-type': 'text/html' }), response.end(html)));
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => (site.closeAllConnections(), site.close(done))));
  const origin = `http://127.0.0.1:${site.address().port}`;
  const shows = (address) => (html = `<!doctype html><title>Home</title><iframe src="${address}" width="480" height="320"></iframe>`);
  return { origin, shows };
}
