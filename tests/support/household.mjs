// A household with accounts, through the pages that make one.
import { open } from './dashboard.mjs';
import { configurationOf, foundHousehold, submit as fillAndSend } from './people.mjs';

/** Fills the form at `address` that does `action`, sends it, and waits for the answer. */
export async function submit(page, address, action, fields) {
  if (!page.url().split('?')[0].endsWith(`/${address}`)) await page.goto(new URL(address, page.url()).href);
  const answered = page.waitForResponse((answer) => answer.request().method() === 'GET' || answer.status() === 200);
  await fillAndSend(page, action, fields);
  await answered;
  await page.waitForLoadState();
}

/** Makes the first owner. Returns the owner's browser, and what gives a phone of theirs a credential. */
export async function household(t, browser, server, name) {
  const owner = await open(t, browser, `${server.url}welcome`, { ignoreHTTPSErrors: true });
  const { page } = owner;
  await foundHousehold(page, name);
  const credential = async (device) => {
    await page.goto(`${server.url}phone`);
    await page.locator('[name=mode][value=http]').check();
    await submit(page, 'phone', 'add', { device });
    const { url, username, password } = await configurationOf(page);
    const headers = { Authorization: `Basic ${btoa(`${username}:${password}`)}` };
    return {
      async post(body) {
        const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
        if (answer.status !== 200) throw new Error(`the phone was answered ${answer.status}`);
      },
    };
  };
  return { owner, credential };
}

/** Makes a link to a share of these people, and returns it. */
export async function share(page, { who, span = 'live', lasts = '24', fields = {} }) {
  await page.goto(new URL('shares', page.url()).href);
  for (const name of who) await page.locator(`[name=who][value="${name}"]`).check();
  await page.locator(`[name=span][value="${span}"]`).check();
  await page.locator('[name=lasts]').selectOption(lasts);
  await submit(page, 'shares', 'share', fields);
  return page.locator('#link').textContent();
}
