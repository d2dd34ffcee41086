import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, location, nowSeconds, open } from '../support/dashboard.mjs';
import { PASSWORD, configurationOf, foundHousehold, logIn, submit } from '../support/people.mjs';
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

test('from nothing to a phone that one member sees and another does not', async (t) => {
  // Somebody has been there before there were accounts.
  await server.post('carol', 'phone', location(48.3, 16.3));

  const owner = await open(t, browser, `${server.url}welcome`);
  const { page } = owner;
  await foundHousehold(page, 'Alice');
  for (const name of ['bob', 'erin']) {
    await submit(page, 'add', { name, password: PASSWORD, again: PASSWORD });
    await page.waitForURL(/done=added/);
  }
  await page.locator('input[name=sees][value="erin/alice"]').uncheck();
  await submit(page, 'sight', {});
  await page.waitForURL(/done=saved/);

  // Alice's phone, in HTTP mode, with what the link on the page says.
  await page.goto(`${server.url}phone`);
  await page.locator('[name=mode][value=http]').check();
  await submit(page, 'add', { device: 'pixel' });
  const phone = await configurationOf(page);
  assert.equal(phone.url, `${server.url}pub`);
  const post = (body) =>
    fetch(phone.url, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${phone.username}:${phone.password}`)}` },
      body: JSON.stringify(body),
    });
  assert.equal((await post(location(48.2082, 16.3738, { SSID: 'our wifi', tst: nowSeconds() - 2 }))).status, 200);
  await page.getByText('The first position has arrived').waitFor();

  // Bob logs in and sees Alice; Erin does not. What stood in the address is there again.
  const bob = await open(t, browser, `${server.url}?friends=alice/pixel`);
  await logIn(bob.page, 'bob');
  await bob.untilAt('alice/pixel', 48.2082, 16.3738);
  assert.match(bob.page.url(), /\?friends=alice/);
  await bob.until('data-mqtt', 'live');
  await bob.page.locator('[data-account=bob]').waitFor();
  const erin = await open(t, browser, server.url);
  await logIn(erin.page, 'erin');
  await erin.until('data-mqtt', 'live');
  await erin.until('data-recorder', 'live');
  await erin.until('data-friends', 0);

  // Bob loses sight of Alice, while he looks.
  await page.goto(`${server.url}people`);
  await page.locator('input[name=sees][value="bob/alice"]').uncheck();
  await submit(page, 'sight', {});
  await page.waitForURL(/done=saved/);
  await post(location(48.2084, 16.374));
  await bob.until('data-mqtt', 'live');
  await bob.page.reload();
  await bob.until('data-recorder', 'live');
  await bob.until('data-friends', 0);

  for (const person of [owner, bob, erin]) person.assertClean();
});
