// The pages about people, as members of a household use them.

/** A password that is long enough. */
export const PASSWORD = 'a long enough one';

/** Fills a form of a page about people and sends it. */
export async function submit(page, action, fields) {
  const form = page.locator(`form:has(input[name=do][value="${action}"])`).first();
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name="${name}"]`).first().fill(value);
  await form.locator('button:not([type=button])').click();
}

/** Logs in on the page that asks for it. */
export async function logIn(page, name) {
  await page.locator('[name=username]').fill(name);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.locator('main button').click();
}

/** Makes the first owner at `/welcome`. */
export async function foundHousehold(page, name) {
  await page.locator('[name=username]').fill(name);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.locator('[name=again]').fill(PASSWORD);
  await page.locator('main button').click();
  await page.waitForURL(/people/);
}

/** What an app reads from the link that `/phone` shows. */
export async function configurationOf(page) {
  const link = await page.locator('a[href^="owntracks:"]').getAttribute('href');
  return JSON.parse(atob(new URL(link).searchParams.get('inline')));
}
