import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, location, nowSeconds, open } from '../support/dashboard.mjs';
import { startServer } from '../support/server.mjs';

let browser, server;

before(async () => {
  browser = await launchBrowser();
  server = await startServer();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('phones that publish by MQTT and by HTTP are seen live, and after a reload in the history', async (t) => {
  const dashboard = await open(t, browser, server.url);
  await dashboard.until('data-mqtt', 'live');
  await dashboard.until('data-recorder', 'live');
  const now = nowSeconds();
  await server.publish('owntracks/alice/phone', location(48.2082, 16.3738, { tst: now - 2 }));
  await dashboard.untilAt('alice/phone', 48.2082, 16.3738);
  await server.post('bob', 'phone', location(48.21, 16.36, { tst: now - 2 }));
  await dashboard.untilAt('bob/phone', 48.21, 16.36);
  await server.post('bob', 'phone', location(48.2101, 16.3601, { tst: now - 1 }));
  await dashboard.untilAt('bob/phone', 48.2101, 16.3601);
  await dashboard.page.goto(`${server.url}?friends=alice/phone,bob/phone&from=24h`);
  await dashboard.untilAt('alice/phone', 48.2082, 16.3738);
  await dashboard.until('data-history', 'ready');
  await dashboard.until('data-history-drawn', 3);
  // The line grows without a reload.
  await server.publish('owntracks/alice/phone', location(48.2083, 16.3739));
  await dashboard.until('data-history-points', 4);
  await dashboard.until('data-history-drawn', 4);
  dashboard.assertClean();
});

test('a name with markup stays text', async (t) => {
  const name = '<img src=x onerror="window.__pwned=1"><b>Eve</b>';
  await server.publish('owntracks/eve/phone', location(48.2, 16.37, { tag: '<script>window.__pwned=1</script>' }));
  await server.publish('owntracks/eve/phone/info', { _type: 'card', name, face: 'PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+' });
  const dashboard = await open(t, browser, server.url);
  const row = dashboard.row('eve/phone');
  await row.getByText('<b>Eve</b>').first().waitFor();
  await dashboard.marker('eve/phone').press('Enter');
  assert.equal(await dashboard.page.evaluate(() => window.__pwned), undefined);
  assert.equal(await dashboard.page.locator('#dashboard b, #dashboard img[src="x"]').count(), 0);
  dashboard.assertClean();
});

test('what was acknowledged is there after the server was killed', async (t) => {
  const mine = await startServer();
  await mine.publish('owntracks/zoe/phone', location(47.07, 15.44));
  await mine.stop('SIGKILL');
  const again = await startServer({ data: mine.data });
  const dashboard = await open(t, browser, again.url);
  await dashboard.untilAt('zoe/phone', 47.07, 15.44);
  dashboard.assertClean();
  assert.equal(await again.stop(), 0, 'SIGTERM ends it cleanly');
});
