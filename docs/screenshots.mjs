// Takes the pictures of the README from the demo household. `cargo xtask build` first, then: node docs/screenshots.mjs
import { join } from 'node:path';
import { launchBrowser } from '../tests/support/dashboard.mjs';
import { temporaryFolder } from '../tests/support/processes.mjs';
import { startServer } from '../tests/support/server.mjs';

const VIEWS = [
  { file: 'screenshot-desktop.png', query: '?from=24h', options: { viewport: { width: 1440, height: 900 } }, select: 'anna/phone' },
  {
    file: 'screenshot-phone.png',
    query: '?from=24h',
    options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, colorScheme: 'dark' },
  },
];

const server = await startServer({ args: ['--demo'], data: temporaryFolder('demo') });
const browser = await launchBrowser();
for (const { file, query, options, select } of VIEWS) {
  const context = await browser.newContext({ locale: 'en-IE', ...options });
  const page = await context.newPage();
  await page.goto(server.url + query);
  await page.locator('#dashboard[data-history="ready"]').waitFor();
  if (select) await page.locator(`[data-friend-row="${select}"]`).getByRole('button').first().click();
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => {
    const { historyPoints, historyDrawn } = document.querySelector('#dashboard').dataset;
    return historyPoints === historyDrawn && !document.querySelector('.leaflet-tile:not(.leaflet-tile-loaded)');
  });
  await page.screenshot({ path: join(import.meta.dirname, file) });
  await context.close();
}
await browser.close();
await server.stop();
