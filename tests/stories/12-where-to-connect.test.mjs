import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, location, open } from '../support/dashboard.mjs';
import { fixture } from '../support/fixtures.mjs';
import { startMosquitto } from '../support/mosquitto.mjs';
import { startSite } from '../support/site.mjs';

const LOGIN = { username: 'viewer', password: 'may look' };
/** Whoever is in `encryption-vectors.json`, under the passphrase there. */
const SECRET = { topic: 'owntracks/jules/phone', id: 'jules/phone', place: [48.856826, 2.292713] };

let browser, broker, vector;

before(async () => {
  browser = await launchBrowser();
  broker = await startMosquitto({ viewer: { password: LOGIN.password, acl: ['topic read owntracks/#'] } });
  vector = JSON.parse(fixture('samples/encryption-vectors.json')).find(({ name }) => name === 'ascii');
  await broker.publish('owntracks/alice/phone', location(48.85, 2.29), { retain: true });
  await broker.publish(SECRET.topic, { _type: 'encrypted', data: vector.data }, { retain: true });
});
after(async () => {
  await browser?.close();
  await broker?.stop();
});

/** A phone's settings for this broker, as the app exports them when it connects by WebSocket itself. */
function settings() {
  const { hostname, port } = new URL(broker.url);
  return JSON.stringify({
    _type: 'configuration', mode: 0, auth: true, usePassword: true, ...LOGIN, host: hostname, port: Number(port), tls: false, ws: true,
    encryptionKey: vector.passphrase,
  });
}

/** A page that knows no source yet, with its dialog open at the import. */
async function openImport(t) {
  const site = await startSite(t, { config: {} });
  const dashboard = await open(t, browser, site.url);
  const dialog = dashboard.page.locator('dialog[open]');
  await dialog.waitFor();
  await dialog.locator('summary').click();
  return { ...dashboard, dialog };
}

const password = (dialog) => dialog.getByLabel('MQTT password');
const passphrases = (dialog) => dialog.getByLabel('Encryption passphrases');

test('the file of a phone fills in everything, and what is remembered holds after a reload', async (t) => {
  const { dialog, marker, page, until, untilAt, assertClean } = await openImport(t);
  await dialog.locator('input[type=file]').setInputFiles({ name: 'phone.otrc', mimeType: 'application/json', buffer: Buffer.from(settings()) });
  await dialog.getByText('Taken over').waitFor();
  assert.equal(await password(dialog).inputValue(), LOGIN.password);
  await dialog.getByLabel('Remember on this device').check();
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await until('data-mqtt', 'live');
  await marker('alice/phone').waitFor();
  await untilAt(SECRET.id, ...SECRET.place);

  await page.reload();
  await until('data-mqtt', 'live');
  await untilAt(SECRET.id, ...SECRET.place);
  await page.getByRole('button', { name: 'Live' }).click();
  await page.getByRole('button', { name: 'Connection…' }).click();
  await dialog.locator('summary').click();
  await dialog.getByText('1 passphrase is kept').waitFor();
  assert.equal(await password(dialog).inputValue(), '', 'secrets are kept, and not shown');
  assert.equal(await passphrases(dialog).inputValue(), '');
  await dialog.getByRole('button', { name: 'Forget them' }).click();
  await dialog.getByText('passphrase is kept').waitFor({ state: 'detached' });
  await page.reload();
  await marker('alice/phone').waitFor();
  await page.locator('[data-notice="encrypted"]').waitFor();
  assert.equal(await marker(SECRET.id).count(), 0, 'nobody has the key any more');
  assertClean();
});

test('a file that is dropped, and a link that is pasted, which leaves no password behind in its field', async (t) => {
  const { dialog, page, assertClean } = await openImport(t);
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'phone.otrc'));
    return data;
  }, settings());
  await dialog.locator('.import').dispatchEvent('drop', { dataTransfer: dropped });
  await dialog.getByText('Taken over').waitFor();
  assert.equal(await password(dialog).inputValue(), LOGIN.password);
  assert.equal(await passphrases(dialog).inputValue(), vector.passphrase);

  await password(dialog).fill('');
  const field = dialog.getByLabel('owntracks:///config link');
  const inline = Buffer.from(settings()).toString('base64');
  await field.fill(`owntracks:///config?inline=${encodeURIComponent(inline)}`);
  await dialog.getByText('Taken over').waitFor();
  assert.equal(await field.inputValue(), '');
  assert.equal(await password(dialog).inputValue(), LOGIN.password);

  await field.fill('owntracks:///config?inline=bm90IHNldHRpbmdz');
  await dialog.locator('.import .problem').waitFor();
  assert.equal(await password(dialog).inputValue(), LOGIN.password, 'what is no configuration changes nothing');
  assertClean();
});

test('nothing is kept when nobody asked for it', async (t) => {
  const { context, dialog, page, until } = await openImport(t);
  const field = dialog.getByLabel('owntracks:///config link');
  await field.fill(`owntracks:///config?inline=${Buffer.from(settings()).toString('base64url')}`);
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await until('data-mqtt', 'live');
  const another = await context.newPage();
  await another.goto(page.url());
  await another.locator('#dashboard[data-mqtt]').waitFor();
  const stored = await another.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]));
  assert.ok(!stored.includes(LOGIN.password) && !stored.includes(vector.passphrase), 'another tab knows no secret');
});
