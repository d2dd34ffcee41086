// The dashboard in a real browser: what a person sees and does, by the attributes that are promised to stay.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** One browser for a file of stories. */
export function launchBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
}

/** Opens the page as one person would; each call is another person with nothing stored. Leaves when test `t` ends. */
export async function open(t, browser, url, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...options,
  });
  t.after(() => context.close());
  const page = await context.newPage();
  const faults = [];
  const foreign = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    // A refused connection is the browser's own line about what a story does on purpose.
    if (message.type() === 'error' && !/WebSocket connection|Failed to load resource|net::ERR/.test(text)) faults.push(text);
  });
  page.on('request', (request) => {
    if (!/^(http|ws)s?:\/\/127\.0\.0\.1[:/]|^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  await page.goto(url);
  const root = page.locator('#dashboard');
  return {
    page,
    context,
    root,
    faults,
    /** Waits until an attribute of the root holds this value. */
    async until(attribute, value, timeout = 20_000) {
      const expected = String(value);
      await page
        .waitForFunction(([name, text]) => document.querySelector('#dashboard')?.getAttribute(name) === text, [attribute, expected], { timeout })
        .catch(async () => {
          const found = await root.getAttribute(attribute, { timeout: 1000 }).catch(() => 'no #dashboard');
          assert.fail(`${attribute} should become ${expected}, but is ${found}`);
        });
    },
    marker: (id) => page.locator(`#dashboard [data-friend="${id}"]`),
    row: (id) => page.locator(`#dashboard [data-friend-row="${id}"]`),
    notice: (word) => page.locator(`[data-notice="${word}"]`),
    /** Waits until a friend's marker is at this place. */
    async untilAt(id, lat, lon, timeout = 20_000) {
      const [latText, lonText] = [lat.toFixed(6), lon.toFixed(6)];
      const marker = `[data-friend="${id}"][data-lat="${latText}"][data-lon="${lonText}"]`;
      await page.locator(`#dashboard ${marker}`).waitFor({ state: 'attached', timeout });
    },
    /** Makes sure that nothing went wrong behind the scenes. */
    assertClean() {
      assert.deepEqual(faults, [], 'the page reported errors');
      assert.deepEqual(foreign, [], 'the page asked third parties');
    },
  };
}

/** Seconds since 1970. */
export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A location as a phone sends it. */
export const location = (lat, lon, more = {}) => ({ _type: 'location', lat, lon, tst: nowSeconds(), tid: 'XX', acc: 10, ...more });
