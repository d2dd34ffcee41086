import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launchBrowser, open } from '../support/dashboard.mjs';
import { recorderRoutes } from '../support/recorder.mjs';
import { startSite } from '../support/site.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const DAY = '?friends=alice/phone&from=2026-11-10&to=2026-11-10';

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

async function openAs(t, options, query = DAY) {
  const routes = recorderRoutes({ prefix: '/owntracks/', tracks: { 'alice/phone': 'day-alice-phone.rec' } });
  const site = await startSite(t, { config: { recorder: { url: '/owntracks/' } }, routes });
  const dashboard = await open(t, browser, site.url + query, options);
  await dashboard.marker('alice/phone').waitFor();
  return dashboard;
}

/** The element that has the focus, as a selector would tell it. */
const focused = (page, selector) => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);

/** Presses a key until the focus is on such an element. */
async function pressUntil(page, key, selector, times = 60) {
  for (let i = 0; i < times; i++) {
    if (await focused(page, selector)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} did not reach ${selector} in ${times} presses`);
}

test('on a phone the panels are a sheet, and a tap on a person opens their card', async (t) => {
  const { page, row, assertClean } = await openAs(t, PHONE);
  const viewport = page.viewportSize();
  const map = await page.locator('.leaflet-container').boundingBox();
  assert.deepEqual([map.width, map.height], [viewport.width, viewport.height], 'the map fills the screen');
  const sheet = page.locator('section.panel').first();
  const { y, width } = await sheet.boundingBox();
  assert.ok(y > viewport.height * 0.3 && width === viewport.width, 'the sheet leaves the map visible');
  await row('alice/phone').getByRole('button').first().tap();
  const card = page.locator('section.card');
  await card.getByText('alice/phone', { exact: false }).first().waitFor();
  const size = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(size[0] <= size[1], 'nothing sticks out sideways');
  assertClean();
});

test('by keyboard alone: find a person, read their card, look at their day', async (t) => {
  const { page, root, row, until, assertClean } = await openAs(t);
  await pressUntil(page, 'Tab', 'a.skip');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.matches('ul.rows'));
  await pressUntil(page, 'ArrowDown', '[data-friend-row="alice/phone"] button');
  await page.keyboard.press('Enter');
  await page.locator('section.card').waitFor();
  assert.equal(await root.getAttribute('data-selected'), '');
  await page.keyboard.press('Escape');
  await page.locator('section.card').waitFor({ state: 'detached' });
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement?.matches('input[type=search]'));
  await page.keyboard.type('tablet');
  await row('alice/phone').waitFor({ state: 'detached' });
  await row('alice/tablet').waitFor();
  await page.keyboard.press('Escape');
  await row('alice/phone').waitFor();
  await page.keyboard.press('h');
  await pressUntil(page, 'Tab', 'input[type=date]');
  // The marker on the map is reached and pressed as well.
  await pressUntil(page, 'Tab', '[data-friend="alice/phone"]', 120);
  await page.keyboard.press('Space');
  await page.locator('section.card').waitFor();
  await until('data-history', 'ready');
  assertClean();
});

for (const [name, options] of [
  ['desktop', {}],
  ['desktop, dark', { colorScheme: 'dark' }],
  ['phone', PHONE],
]) {
  test(`axe finds nothing serious (${name})`, async (t) => {
    const dashboard = await openAs(t, { ...options, bypassCSP: true });
    await dashboard.until('data-history', 'ready');
    await dashboard.page.addScriptTag({ path: AXE });
    const check = async (what) => {
      const { violations } = await dashboard.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
      assert.deepEqual(told, [], what);
    };
    await check('people');
    await dashboard.row('alice/phone').getByRole('button').first().click();
    await dashboard.page.locator('section.card').waitFor();
    await check('card');
    await dashboard.page.keyboard.press('Escape');
    await dashboard.page.keyboard.press('h');
    await check('history');
    await dashboard.page.keyboard.press('?');
    await dashboard.page.locator('dialog[open]').waitFor();
    await check('dialog');
  });
}
