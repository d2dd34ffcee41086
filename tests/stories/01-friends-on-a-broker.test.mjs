import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, location, nowSeconds, open } from '../support/dashboard.mjs';
import { fixture } from '../support/fixtures.mjs';
import { startMosquitto } from '../support/mosquitto.mjs';
import { startSite } from '../support/site.mjs';

const READ_FRIENDS = ['topic read owntracks/+/+', 'topic read owntracks/+/+/event', 'topic read owntracks/+/+/info'];

let browser, broker;

before(async () => {
  browser = await launchBrowser();
  broker = await startMosquitto({
    viewer: { password: 'may look', acl: READ_FRIENDS },
    nobody: { password: 'may not', acl: ['topic read something/else'] },
  });
});
after(async () => {
  await browser?.close();
  await broker?.stop();
});

async function openAs(t, username, password) {
  const site = await startSite(t, { config: { mqtt: { url: broker.url, username, password } } });
  return open(t, browser, site.url);
}

test('friends whose positions are retained appear, and a live friend moves', async (t) => {
  await broker.publish('owntracks/alice/phone', location(52.52, 13.405, { tst: nowSeconds() - 60 }), { retain: true });
  await broker.publish('owntracks/alice/phone/info', { _type: 'card', name: 'Alice Example' }, { retain: true });
  await broker.publish('owntracks/Bob/Pixel 8', location(52.5, 13.37), { retain: true });
  const dashboard = await openAs(t, 'viewer', 'may look');
  await dashboard.until('data-mqtt', 'live');
  await dashboard.untilAt('alice/phone', 52.52, 13.405);
  await dashboard.untilAt('bob/pixel-8', 52.5, 13.37);
  await dashboard.until('data-friends', 2);
  assert.match(await dashboard.marker('alice/phone').getAttribute('aria-label'), /Alice Example/);
  await broker.publish('owntracks/alice/phone', location(52.521, 13.406));
  await dashboard.untilAt('alice/phone', 52.521, 13.406);
  // Older than what is known: the marker stays.
  await broker.publish('owntracks/alice/phone', location(52.6, 13.5, { tst: nowSeconds() - 4000 }));
  await broker.publish('owntracks/Bob/Pixel 8', location(52.501, 13.371));
  await dashboard.untilAt('bob/pixel-8', 52.501, 13.371);
  assert.equal(await dashboard.marker('alice/phone').getAttribute('data-lat'), '52.521000');
  dashboard.assertClean();
});

test('a face from a card fills the marker, and no more', async (t) => {
  await broker.publish('owntracks/fay/phone', location(52.515, 13.39), { retain: true });
  const card = JSON.parse(fixture('samples/card.json'));
  await broker.publish('owntracks/fay/phone/info', card, { retain: true });
  const dashboard = await openAs(t, 'viewer', 'may look');
  const face = dashboard.marker('fay/phone').locator('img');
  await face.waitFor();
  const [inner, outer] = [await face.boundingBox(), await dashboard.marker('fay/phone').boundingBox()];
  assert.ok(inner.width > outer.width / 2 && inner.width <= outer.width, `the face is ${inner.width} px of ${outer.width}`);
  dashboard.assertClean();
});

test('a friend who is cleared on the broker leaves the map', async (t) => {
  await broker.publish('owntracks/carol/phone', location(52.51, 13.4), { retain: true });
  const dashboard = await openAs(t, 'viewer', 'may look');
  await dashboard.untilAt('carol/phone', 52.51, 13.4);
  await broker.publish('owntracks/carol/phone', null, { retain: true });
  await dashboard.marker('carol/phone').waitFor({ state: 'detached' });
  dashboard.assertClean();
});

test('a wrong password says so, and is not tried again', async (t) => {
  const dashboard = await openAs(t, 'viewer', 'is wrong');
  await dashboard.until('data-mqtt', 'refused');
  await dashboard.notice('mqtt-refused').waitFor();
  assert.match(await dashboard.notice('mqtt-refused').innerText(), /password/i);
  dashboard.assertClean();
});

test('an ACL that hides everything says that nothing arrives, and why', async (t) => {
  const dashboard = await openAs(t, 'nobody', 'may not');
  await dashboard.until('data-mqtt', 'live');
  await dashboard.notice('mqtt-silent').waitFor();
  assert.match(await dashboard.notice('mqtt-silent').innerText(), /nothing arrives[\s\S]*access list/i);
  await dashboard.until('data-friends', 0);
  dashboard.assertClean();
});

test('when the broker stops and starts again the page is back by itself, without doubles', async (t) => {
  await broker.publish('owntracks/dave/phone', location(52.53, 13.41), { retain: true });
  const dashboard = await openAs(t, 'viewer', 'may look');
  await dashboard.untilAt('dave/phone', 52.53, 13.41);
  await broker.stop();
  await dashboard.until('data-mqtt', 'waiting');
  await dashboard.notice('mqtt-lost').waitFor();
  assert.equal(await dashboard.marker('dave/phone').count(), 1, 'friends stay on the map meanwhile');
  await broker.restart();
  await dashboard.until('data-mqtt', 'live', 70_000);
  await broker.publish('owntracks/dave/phone', location(52.531, 13.411));
  await dashboard.untilAt('dave/phone', 52.531, 13.411);
  assert.equal(await dashboard.marker('dave/phone').count(), 1);
  assert.equal(await dashboard.row('dave/phone').count(), 1);
  assert.equal(await dashboard.notice('mqtt-lost').count(), 0, 'the notice goes when its reason does');
  dashboard.assertClean();
});
