// From nothing to a phone on the map, step by step as the README says it, with the messages of both apps.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, nowSeconds, open } from '../support/dashboard.mjs';
import { fixture } from '../support/fixtures.mjs';
import { PASSWORD, configurationOf, foundHousehold, logIn, submit } from '../support/people.mjs';
import { run } from '../support/processes.mjs';
import { startServer } from '../support/server.mjs';

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

/** A captured shape of an app's message, as if it were made now. */
const sample = (name, more) => ({ ...JSON.parse(fixture(`samples/${name}.json`)), tst: nowSeconds(), created_at: nowSeconds(), ...more });

/**
 * The Android app in MQTT mode: MQTT 3.1 unless it is told otherwise, its will, a location of QoS 1 that is retained.
 * @param phone what the app read from the link
 */
function android(phone, message) {
  const topic = `owntracks/${phone.username}/${phone.deviceId}`;
  const login = ['-u', phone.username, '-P', phone.password, '-i', phone.clientId, '-c'];
  const will = ['--will-topic', topic, '--will-payload', fixture('samples/lwt-android.json').toString().trim(), '--will-qos', '0'];
  const args = ['-h', phone.host, '-p', String(phone.port), '-V', 'mqttv31', '-k', '3600', ...login, ...will];
  return run('mosquitto_pub', [...args, '-q', '1', '-r', '-t', topic, '-s'], JSON.stringify(message));
}

/** The iOS app in HTTP mode: the topic stands in the message, user and device in headers too. */
async function ios(phone, message) {
  const [user, device] = [phone.username, phone.deviceId];
  const answer = await fetch(phone.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-limit-u': user,
      'x-limit-d': device,
      authorization: `Basic ${btoa(`${user}:${phone.password}`)}`,
    },
    body: JSON.stringify({ ...message, topic: `owntracks/${user}/${device}` }),
  });
  assert.equal(answer.status, 200);
  return answer.json();
}

test('by the README: an owner, two members, two phones, and a guest whose link ends on time', async (t) => {
  // 1. and 2., on the computer itself.
  let server = await startServer();
  t.after(() => server.stop());
  const { data, ports } = server;
  const owner = await open(t, browser, `${server.url}welcome`);
  const { page } = owner;
  await foundHousehold(page, 'alice');
  for (const name of ['bob', 'erin']) {
    await submit(page, 'add', { name, password: PASSWORD, again: PASSWORD });
    await page.waitForURL(/done=added/);
  }
  await page.locator('input[name=sees][value="erin/alice"]').uncheck();
  await submit(page, 'sight', {});
  await page.waitForURL(/done=saved/);

  // 3., now that there is an owner.
  await server.stop();
  server = await startServer({ data, ports, host: '0.0.0.0' });
  await page.goto(server.url);
  await owner.until('data-mqtt', 'live');

  // Bob and Erin look already; nobody is anywhere yet.
  const members = {};
  for (const name of ['bob', 'erin']) {
    members[name] = await open(t, browser, server.url);
    await logIn(members[name].page, name);
    await members[name].until('data-mqtt', 'live');
    await members[name].until('data-friends', 0);
  }

  // 4. One phone by MQTT, which the page proposes, one by HTTP.
  await page.goto(`${server.url}phone`);
  await submit(page, 'add', { device: 'pixel' });
  const pixel = await configurationOf(page);
  assert.deepEqual([pixel.mode, pixel.host, pixel.port, pixel.tls], [0, '127.0.0.1', ports[1], false]);
  await android(pixel, sample('location-android', { lat: 46.947974, lon: 7.447447 }));
  await page.getByText('The first position has arrived').waitFor();
  await members.bob.untilAt('alice/pixel', 46.947974, 7.447447);

  await page.goto(`${server.url}phone`);
  await page.locator('[name=mode][value=http]').check();
  await submit(page, 'add', { device: 'iphone' });
  const iphone = await configurationOf(page);
  assert.equal(iphone.mode, 3);
  await ios(iphone, sample('location-ios', { lat: 47.376887, lon: 8.541694 }));
  await page.getByText('The first position has arrived').waitFor();
  await members.bob.untilAt('alice/iphone', 47.376887, 8.541694);

  // Erin has been let nothing of it, neither live nor when she looks again.
  await members.erin.page.reload();
  await members.erin.until('data-mqtt', 'live');
  await members.erin.until('data-recorder', 'live');
  await members.erin.until('data-friends', 0);

  // 5. A guest, whose link lasts for an hour; the household's file then says that the hour is over in a few seconds.
  await page.goto(`${server.url}shares`);
  await page.locator('[name=who][value=alice]').check();
  await page.locator('form:has(input[name=do][value=share]) [name=lasts]').selectOption('1');
  await submit(page, 'share', {});
  const link = await page.locator('#link').textContent();
  const guest = await open(t, browser, link);
  await guest.page.locator('[data-friend][data-lat="47.376887"]').waitFor({ state: 'attached' });
  const file = join(data, 'people.json');
  const register = JSON.parse(readFileSync(file));
  const endsAt = nowSeconds() + 4;
  register.shares[0].until_s = endsAt;
  writeFileSync(file, JSON.stringify(register));
  await guest.page.waitForFunction(() => document.querySelector('#dashboard')?.dataset.recorder !== 'live', null, { timeout: 20_000 });
  await guest.page.waitForFunction((end) => Date.now() / 1000 >= end, endsAt, { timeout: 20_000 });
  await ios(iphone, sample('location-ios', { lat: 47.4, lon: 8.6 }));
  await members.bob.untilAt('alice/iphone', 47.4, 8.6);
  const late = await open(t, browser, link);
  await late.page.getByText('This link has ended').waitFor();
  assert.equal(await guest.page.locator('[data-friend][data-lat="47.400000"]').count(), 0);

  for (const person of [owner, members.bob, members.erin, guest, late]) person.assertClean();
});
