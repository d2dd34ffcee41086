// The three ways to run it, behind nginx and Caddy as deploy/ has them, below sub-paths.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { launchBrowser, location, open } from '../support/dashboard.mjs';
import { startMosquitto } from '../support/mosquitto.mjs';
import { startCaddy, startNginx, staticFolder } from '../support/proxies.mjs';
import { recorderRoutes } from '../support/recorder.mjs';
import { startServer } from '../support/server.mjs';

const TILES = [{ name: 'None', url: '/no-tiles/{z}/{x}/{y}.png', attribution: 'none', maxZoom: 19 }];
const CONFIG = { recorder: { url: '../owntracks/' }, mqtt: { url: '../mqtt', username: 'viewer', password: 'may look' }, map: { tiles: TILES } };

let browser, broker, recorder, server, files;

before(async () => {
  browser = await launchBrowser();
  broker = await startMosquitto({ viewer: { password: 'may look', acl: ['topic read owntracks/#'] } });
  const routes = recorderRoutes({ tracks: { 'alice/phone': 'day-alice-phone.rec' } });
  recorder = createServer((request, response) => {
    if (!routes(request, new URL(request.url, 'http://recorder'), response)) response.writeHead(404).end();
  });
  await new Promise((done) => recorder.listen(0, '127.0.0.1', done));
  server = await startServer({ args: ['--trust-proxy', '127.0.0.1'] });
  files = staticFolder(CONFIG);
});
after(async () => {
  await browser?.close();
  await Promise.all([broker?.stop(), server?.stop()]);
  recorder?.closeAllConnections();
  await new Promise((done) => (recorder ? recorder.close(done) : done()));
});

for (const [name, startProxy] of [['nginx', startNginx], ['Caddy', startCaddy]]) {
  test(`behind ${name}, static files join a broker and a Recorder`, async (t) => {
    const proxy = await startProxy(ports());
    t.after(() => proxy.stop());
    const page = await fetch(`${proxy.url}/map/`);
    assert.equal(page.headers.get('content-security-policy'), "frame-ancestors 'self'");
    const html = await page.text();
    const module = html.match(/[\w-]+\.wasm/)[0];
    const wasm = await fetch(`${proxy.url}/map/${module}`);
    assert.equal(wasm.headers.get('content-type'), 'application/wasm');
    assert.ok(wasm.headers.get('content-encoding'), 'what the build compressed is sent');
    assert.match(wasm.headers.get('cache-control'), /immutable/);
    assert.match(page.headers.get('cache-control'), /no-cache/);

    const dashboard = await open(t, browser, `${proxy.url}/map/?friends=alice/phone&from=2026-11-10&to=2026-11-10`);
    await dashboard.until('data-mqtt', 'live');
    await dashboard.until('data-recorder', 'live');
    await dashboard.until('data-history', 'ready');
    await broker.publish('owntracks/erin/phone', location(52.52, 13.405));
    await dashboard.untilAt('erin/phone', 52.52, 13.405);
    dashboard.assertClean();
  });

  test(`behind ${name}, our own server is whole below a sub-path`, async (t) => {
    const proxy = await startProxy(ports());
    t.after(() => proxy.stop());
    await server.post('bob', 'phone', location(47.5, 8.25));
    const dashboard = await open(t, browser, `${proxy.url}/dashboard/`);
    await dashboard.until('data-mqtt', 'live');
    await dashboard.until('data-recorder', 'live');
    await dashboard.untilAt('bob/phone', 47.5, 8.25);
    await server.publish('owntracks/bob/phone', location(47.51, 8.26));
    await dashboard.untilAt('bob/phone', 47.51, 8.26);
    await dashboard.until('data-history', 'ready');
    dashboard.assertClean();
  });
}

function ports() {
  const port = (url) => new URL(url).port;
  return { files, recorder: recorder.address().port, broker: port(broker.url), server: port(server.url) };
}
