// A household with a broker that has rights, and none of our servers, shares by a sealed link.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, location, nowSeconds, open } from '../support/dashboard.mjs';
import { startMosquitto } from '../support/mosquitto.mjs';
import { startSite } from '../support/site.mjs';

let browser, broker;

before(async () => {
  browser = await launchBrowser();
  broker = await startMosquitto({ viewer: { password: 'may look', acl: ['topic read owntracks/#'] } });
});
after(async () => {
  await browser?.close();
  await broker?.stop();
});

async function openLink(page, phrase) {
  const form = page.locator('[data-window="sealed-link"]');
  await form.locator('[name=phrase]').fill(phrase);
  await form.locator('button[type=submit]').click();
  return form;
}

test('a link with a login for guests, which the broker lets read one person only', async (t) => {
  await broker.publish('owntracks/alice/phone', location(52.52, 13.405, { tst: nowSeconds() - 60 }), { retain: true });
  await broker.publish('owntracks/bob/phone', location(48.2, 16.37, { tst: nowSeconds() - 60 }), { retain: true });
  // The household's page knows its own broker. Guests are not to be logged in by what it knows.
  const site = await startSite(t, { config: { mqtt: { url: broker.url, username: 'viewer', password: 'may look' } } });
  const owner = await open(t, browser, site.url);
  await owner.until('data-friends', 2);
  await owner.page.getByRole('button', { name: 'Settings' }).first().click();
  await owner.page.getByRole('button', { name: 'Share by your own broker' }).click();
  const form = owner.page.locator('[data-window="share-broker"]');
  assert.equal(await form.locator('[name=url]').inputValue(), broker.url);
  const made = owner.page.locator('[data-window="share-made"]');
  await form.locator('[name=phrase]').fill('too short');
  await form.locator('button[type=submit]').click();
  await form.getByText('at least 12 characters').waitFor();
  await form.locator('[name=phrase]').fill('a phrase for the neighbours');
  const password = await form.locator('[name=secret]').inputValue();
  await form.locator('[name=topics]').fill('owntracks/alice/+');
  await form.locator('button[type=submit]').click();
  const link = await made.locator('[name=link]').inputValue();
  const lines = await made.locator('[name=acl]').inputValue();
  assert.equal(lines, 'user guest\ntopic read owntracks/alice/+\n');
  assert.ok(link.startsWith(`${site.url}#sealed=`) && !link.includes(password) && !link.includes('guest'));
  await broker.addUser('guest', password, lines);

  const guest = await open(t, browser, 'about:blank');
  const sockets = [];
  guest.page.on('websocket', (socket) => sockets.push(socket.url()));
  const requests = [];
  guest.page.on('request', (request) => requests.push(`${request.url()} ${request.postData() ?? ''}`));
  await guest.page.goto(link);
  await openLink(guest.page, 'a phrase for somebody else').then((form) => form.getByText('not the phrase').waitFor());
  assert.deepEqual(sockets, [], 'nobody is asked before the phrase is right');
  await openLink(guest.page, ' a phrase for the neighbours ');
  await guest.until('data-mqtt', 'live');
  await guest.untilAt('alice/phone', 52.52, 13.405);
  await broker.publish('owntracks/bob/phone', location(48.21, 16.38));
  await broker.publish('owntracks/alice/phone', location(52.53, 13.41));
  await guest.untilAt('alice/phone', 52.53, 13.41);
  await guest.until('data-friends', 1);
  assert.equal(guest.page.url(), site.url, 'the link has left the address bar');
  assert.deepEqual(sockets, [broker.url]);
  assert.ok(requests.every((request) => !request.includes(password) && !request.includes('sealed=')));
  const kept = await guest.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!kept.includes('guest') && !kept.includes(password) && !kept.includes(broker.url), kept);

  // Another day, and after the link was meant.
  const late = await open(t, browser, 'about:blank');
  await late.page.addInitScript((ms) => {
    const now = Date.now;
    Date.now = () => now() + ms;
  }, 8 * 86_400_000);
  await late.page.goto(link);
  await openLink(late.page, 'a phrase for the neighbours').then((form) => form.getByText('This link has ended').waitFor());
  await late.until('data-mqtt', 'off');

  // Cut off, it is still long enough to try a phrase on, and no phrase opens it.
  const cut = await open(t, browser, link.slice(0, link.indexOf('=') + 1 + 300));
  await openLink(cut.page, 'a phrase for the neighbours').then((form) => form.getByText('not the phrase').waitFor());
  const stump = await open(t, browser, link.slice(0, link.indexOf('=') + 20));
  await stump.page.getByText('This link is damaged').waitFor();
  for (const person of [owner, guest, late, cut, stump]) person.assertClean();
});
