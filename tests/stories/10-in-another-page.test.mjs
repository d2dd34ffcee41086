// The dashboard inside somebody's home page, which is of another origin.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { launchBrowser } from '../support/dashboard.mjs';
import { startServer } from '../support/server.mjs';

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser.close());

/** A home page on a port, and so an origin, of its own. `body` may name the dashboard's address as %MAP%. */
async function homePage(t, body) {
  let html = '';
  const site = createServer((request, response) => {
    const known = request.url === '/';
    response.writeHead(known ? 200 : 404, { 'content-type': 'text/html' });
    response.end(known ? html : '');
  });
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => (site.closeAllConnections(), site.close(done))));
  const origin = `http://127.0.0.1:${site.address().port}`;
  return { origin, show: (map) => (html = `<!doctype html><title>Home</title>${body.replaceAll('%MAP%', map)}`) };
}

async function visit(t, origin, size) {
  const context = await browser.newContext({ viewport: size ?? { width: 800, height: 600 }, locale: 'en-GB', timezoneId: 'UTC' });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(origin);
  return page;
}

const near = (a, b) => Math.abs(a - b) < 1e-3;

test('a home page shows the dashboard as an element, steers it, and hears from it', async (t) => {
  const home = await homePage(
    t,
    `<script src="%MAP%embed.js" defer></script>
     <script>window.heard = [];
       addEventListener('DOMContentLoaded', () => { for (const type of ['ready', 'friends', 'selected', 'moved', 'notice', 'error'])
         document.querySelector('owntracks-dashboard').addEventListener(type, ({ detail }) => heard.push({ type, ...detail })); });</script>
     <owntracks-dashboard src="%MAP%" theme="light" style="width: 480px; height: 320px"></owntracks-dashboard>`,
  );
  const server = await startServer({ args: ['--embed', home.origin], config: { embed: { origins: [home.origin] } } });
  t.after(() => server.stop());
  home.show(server.url);
  await server.post('alice', 'phone', { _type: 'location', lat: 47.5, lon: 8.25, tst: Math.floor(Date.now() / 1000), tid: 'AL', batt: 80 });
  const page = await visit(t, home.origin);
  const heard = (type, test = () => true) =>
    page.waitForFunction(([type, test]) => window.heard.find((m) => m.type === type && new Function('m', `return (${test})(m)`)(m)), [type, test.toString()]).then((h) => h.jsonValue());

  assert.equal((await heard('ready')).ui, 'embed');
  const { friends } = await heard('friends', (m) => m.friends.length === 1);
  assert.equal(friends[0].friend, 'alice/phone');
  assert.ok(near(friends[0].lat, 47.5) && near(friends[0].lon, 8.25) && friends[0].age === 'fresh');
  assert.equal(friends[0].batteryPercent, 80);

  const frame = page.frameLocator('owntracks-dashboard iframe');
  await frame.locator('[data-friend="alice/phone"]').waitFor();
  await page.evaluate(() => document.querySelector('owntracks-dashboard').view({ lat: 47, lon: 8, zoom: 10 }));
  await heard('moved', (m) => Math.abs(m.lat - 47) < 1e-3 && m.zoom === 10 && !m.byPerson);

  await page.evaluate(() => document.querySelector('owntracks-dashboard').select('alice/phone'));
  await heard('selected', (m) => m.friend === 'alice/phone');
  await page.evaluate(() => document.querySelector('owntracks-dashboard').follow('alice/phone'));
  await heard('moved', (m) => Math.abs(m.lat - 47.5) < 0.05);

  await page.evaluate(() => document.querySelector('owntracks-dashboard').theme('dark'));
  await frame.locator(':root[data-theme="dark"]').waitFor({ state: 'attached' });
  await page.evaluate(() => document.querySelector('owntracks-dashboard').history({ from: 'yesterday' }));
  await page.evaluate(() => document.querySelector('owntracks-dashboard').history({ from: 'nonsense' }));
  assert.match((await heard('error')).text, /history/);
  const kept = await page.frames()[1].evaluate(() => localStorage.getItem('owntracks-dashboard.settings'));
  assert.equal(kept, null, 'what the page around wishes is not kept for the person');
});

test('a page that was not named may neither show nor hear it', async (t) => {
  const body = `<script>window.heard = []; addEventListener('message', (e) => heard.push(e.data));</script>
     <iframe src="%MAP%?ui=embed" width="480" height="320"></iframe>`;
  const [stranger, friend] = [await homePage(t, body), await homePage(t, body)];
  const server = await startServer({ args: ['--embed', friend.origin], config: { embed: { origins: [friend.origin] } } });
  t.after(() => server.stop());
  for (const home of [stranger, friend]) home.show(server.url);
  const shown = await visit(t, friend.origin);
  await shown.frameLocator('iframe').locator('#dashboard[data-recorder="live"]').waitFor();
  const refused = await visit(t, stranger.origin);
  await refused.waitForFunction(() => document.readyState === 'complete');
  assert.equal(await refused.frames()[1].evaluate(() => document.querySelector('#dashboard')).catch(() => null), null);
  await refused.evaluate(() => document.querySelector('iframe').contentWindow.postMessage({ 'owntracks-dashboard': 1, type: 'hello' }, '*'));
  // The one that is allowed hears after the other has asked; whoever asked first has been answered by then, or never.
  await shown.evaluate(() => document.querySelector('iframe').contentWindow.postMessage({ 'owntracks-dashboard': 1, type: 'hello' }, '*'));
  await shown.waitForFunction(() => window.heard.some((m) => m.type === 'ready'));
  assert.deepEqual(await refused.evaluate(() => window.heard), []);
});

test('a small tile and a wall both fit: only what the link wants is there', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  for (const [user, lat] of [['alice', 47.5], ['bob', 47.6]]) {
    await server.post(user, 'phone', { _type: 'location', lat, lon: 8.25, tst: Math.floor(Date.now() / 1000), tid: user.slice(0, 2) });
  }
  const tile = await visit(t, `${server.url}?ui=embed`, { width: 240, height: 180 });
  await tile.locator('#dashboard[data-friends="2"]').waitFor();
  const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight);
  assert.ok(await fits(tile));
  const [first] = await tile.locator('.strip-friend').all();
  await first.click();
  await tile.locator('.friend-marker.is-selected[data-friend="alice/phone"]').waitFor();
  await first.click();
  await tile.locator('.friend-marker.is-selected').waitFor({ state: 'detached' });
  assert.equal(await tile.locator('.leaflet-control-zoom').isVisible(), false);

  const bare = await visit(t, `${server.url}?ui=embed&parts=none`, { width: 480, height: 320 });
  await bare.locator('#dashboard[data-friends="2"]').waitFor();
  for (const part of ['.strip', '.clock', '.leaflet-control-zoom', '.leaflet-control-scale']) {
    assert.equal(await bare.locator(part).filter({ visible: true }).count(), 0, part);
  }

  const wall = await visit(t, `${server.url}?ui=kiosk&kiosk=cycle&every=5`, { width: 3840, height: 2160 });
  await wall.locator('#dashboard[data-friends="2"]').waitFor();
  assert.ok(await fits(wall));
  await wall.locator('.clock').waitFor();
  await wall.locator('.friend-marker.is-selected[data-friend="alice/phone"]').waitFor();
  await wall.locator('.friend-marker.is-selected[data-friend="bob/phone"]').waitFor();
  assert.equal(await wall.locator('dialog[open]').count(), 0);
});

test('the first look is for the frame as the link wants it, however late the browser draws it', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  for (const [user, lon] of [['alice', 8.2], ['bob', 8.3]]) {
    await server.post(user, 'phone', { _type: 'location', lat: 47.5, lon, tst: Math.floor(Date.now() / 1000), tid: user.slice(0, 2) });
  }
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-GB', timezoneId: 'UTC' });
  t.after(() => context.close());
  const page = await context.newPage();
  // No frame is drawn before the map has moved to where people are, and the panels' styles come later still.
  await page.addInitScript(() => {
    const draw = window.requestAnimationFrame.bind(window);
    const ask = window.getComputedStyle.bind(window);
    const looked = new Promise((done) => {
      window.getComputedStyle = (element, ...rest) => {
        if (element.classList.contains('map-insets')) done();
        return ask(element, ...rest);
      };
    });
    window.requestAnimationFrame = (callback) => (looked.then(() => draw(callback)), 0);
    window.looked = looked;
  });
  let release;
  const held = new Promise((done) => (release = done));
  await page.route(/later[^/]*\.css/, async (route) => (await held, route.continue()));
  // The sheet that is held back would hold back the event of having loaded, too.
  await page.goto(`${server.url}?ui=embed`, { waitUntil: 'commit' });
  await page.evaluate(() => window.looked);
  release();
  await page.locator('#dashboard[data-friends="2"] .strip-friend').first().waitFor();
  const [alice, bob, strip] = await Promise.all(['[data-friend="alice/phone"]', '[data-friend="bob/phone"]', '.strip'].map((part) => page.locator(part).boundingBox()));
  const middle = ({ x, width }) => x + width / 2;
  assert.ok(Math.abs((middle(alice) + middle(bob)) / 2 - 600) < 20, `in the middle: ${middle(alice)}, ${middle(bob)}`);
  const between = (alice.y + alice.height / 2) * 2;
  assert.ok(Math.abs(between - strip.y) < 60, `between the top and the strip: ${between}, ${strip.y}`);
});
