// People of a household who look at the map within a page of another site: Home Assistant on another machine, a home page.
// The page around is at 127.0.0.1 and the map at localhost, which for a browser are two sites, and not two ports of one.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, location, open } from '../support/dashboard.mjs';
import { household } from '../support/household.mjs';
import { PASSWORD, logIn } from '../support/people.mjs';
import { run, temporaryFolder } from '../support/processes.mjs';
import { startServer } from '../support/server.mjs';

let browser, certificate;
before(async () => {
  browser = await launchBrowser();
  const folder = temporaryFolder('tls');
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert], '');
  certificate = ['--tls-cert', cert, '--tls-key', key];
});
after(() => browser.close());

/** A page that has whatever `shows` names in a frame. */
async function homePage(t) {
  let html = '';
  const site = createServer((_, response) => (response.writeHead(200, { 'content-type': 'text/html' }), response.end(html)));
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => (site.closeAllConnections(), site.close(done))));
  const shows = (address) => (html = `<!doctype html><title>Home</title><iframe src="${address}" width="640" height="480"></iframe>`);
  return { origin: `http://127.0.0.1:${site.address().port}`, shows };
}

/** A household with one person on the map, and somebody who opens the page around it. */
async function visit(t, home, { args, scheme }) {
  const server = await startServer({ args: ['--embed', home.origin, ...args], scheme });
  t.after(() => server.stop());
  await household(t, browser, server, 'alice');
  await server.publish('owntracks/alice/pixel', location(48.2082, 16.3738), ['-u', 'alice', '-P', PASSWORD]);
  const map = server.url.replace('127.0.0.1', 'localhost');
  home.shows(`${map}?ui=embed&friends=alice/pixel`);
  const around = await open(t, browser, home.origin, { ignoreHTTPSErrors: true });
  return { ...around, frame: around.page.frameLocator('iframe'), map };
}

test('within a page of another site people log in, see each other, and stay logged in, in that site alone', async (t) => {
  const [home, elsewhere] = await Promise.all([homePage(t), homePage(t)]);
  const { page, frame, context, map } = await visit(t, home, { args: ['--embed-login', ...certificate], scheme: 'https' });
  await logIn(frame, 'alice');
  await frame.locator('#dashboard[data-ui="embed"][data-friends="1"][data-mqtt="live"] [data-friend="alice/pixel"]').waitFor();

  const login = (await context.cookies()).find(({ name }) => name === 'owntracks-login');
  assert.deepEqual([login.sameSite, login.secure, login.httpOnly], ['None', true, true]);
  assert.equal(login.partitionKey, new URL(home.origin).origin.replace(/:\d+$/, ''), 'it counts within this site');

  await page.reload();
  await frame.locator('#dashboard[data-friends="1"][data-mqtt="live"]').waitFor();

  // By itself the map is another place: nobody is logged in there.
  const alone = await context.newPage();
  await alone.goto(map);
  await alone.locator('[name=password]').waitFor();

  // Who was not named may have neither the map nor the login.
  elsewhere.shows(map);
  const stranger = await context.newPage();
  await stranger.goto(elsewhere.origin);
  await stranger.waitForFunction(() => document.readyState === 'complete');
  assert.equal(await stranger.frames()[1].evaluate(() => document.querySelector('#dashboard, form')).catch(() => null), null);
});

test('where nobody asked for a login in frames, the frame says why there is none, and leads to the map by itself', async (t) => {
  const home = await homePage(t);
  const { frame, context } = await visit(t, home, { args: certificate, scheme: 'https' });
  await frame.getByText('You cannot log in here, inside another page.').waitFor();
  assert.equal(await frame.locator('form, input').count(), 0);
  const opened = context.waitForEvent('page');
  await frame.getByRole('link', { name: 'Open the map' }).click();
  const alone = await opened;
  await logIn(alone, 'alice');
  await alone.locator('#dashboard[data-friends="1"] [data-friend="alice/pixel"]').waitFor();
  assert.ok(new URL(alone.url()).searchParams.get('friends'), 'the view is the one that the frame would have had');
});

test('without TLS the browser keeps no login in the frame, and the page says so instead of asking on and on', async (t) => {
  const home = await homePage(t);
  const { frame } = await visit(t, home, { args: ['--embed-login'], scheme: 'http' });
  await logIn(frame, 'alice');
  await frame.getByText('Your browser did not keep the login.').waitFor();
});
