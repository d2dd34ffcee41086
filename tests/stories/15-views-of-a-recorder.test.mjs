// Somebody shares by their Recorder's own means: a view, or a tour. What it answers was captured from a real one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, open } from '../support/dashboard.mjs';
import { fixture } from '../support/fixtures.mjs';
import { recorderRoutes } from '../support/recorder.mjs';
import { startSite } from '../support/site.mjs';

const CONFIG = { recorder: { url: '/owntracks/' } };
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' };
const VERTICES = JSON.parse(fixture('recorder/view-geodata.json')).geometry.coordinates.length;
const [, MADE, LISTED] = fixture('recorder/mqtt-cmd-answers.jsonl').toString().trim().split('\n').map((line) => JSON.parse(JSON.parse(line).payload));
const UUID = MADE.tour.uuid;

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** A Recorder with views and tours. `views` by id: what is answered to `lastpos`, or a status; `posts` are what came to `/pub`. */
function recorderWithViews(views) {
  const recorder = recorderRoutes({ prefix: '/owntracks/' });
  const posts = [];
  const asked = [];
  const tours = [...LISTED.tours];
  const routes = (request, url, response) => {
    if (url.pathname === '/owntracks/pub' && request.method === 'POST') {
      let body = '';
      request.on('data', (piece) => (body += piece));
      request.on('end', () => {
        const wish = JSON.parse(body);
        posts.push({ wish, type: request.headers['content-type'], query: url.search });
        if (wish.request === 'tour') tours.push({ ...wish.tour, uuid: 'b1', url: 'OTR_HTTPPREFIX/view/b1' });
        if (wish.request === 'untour') tours.splice(tours.findIndex(({ uuid }) => uuid === wish.uuid), 1);
        const answers = { tours: [{ ...LISTED, tours, ntours: tours.length }], tour: [{ ...MADE, tour: tours.at(-1) }], untour: [] };
        response.writeHead(200, JSON_HEADERS);
        response.end(JSON.stringify(answers[wish.request]));
      });
      return true;
    }
    const id = url.pathname.match(/^\/owntracks\/view\/([^/]+)$/)?.[1];
    if (!id) return recorder(request, url, response);
    asked.push({ url, headers: request.headers });
    const answer = views[id] ?? 404;
    if (typeof answer === 'number') {
      response.writeHead(answer, { 'access-control-allow-origin': '*' });
      response.end();
    } else {
      response.writeHead(200, JSON_HEADERS);
      response.end(url.searchParams.has('lastpos') ? answer : fixture('recorder/view-geodata.json'));
    }
    return true;
  };
  return Object.assign(routes, { asked, posts });
}

const view = (page, state) => page.locator(`[data-open-view="${state}"]`);

test("a link somebody sent is opened in the dashboard, and is in its address from then on", async (t) => {
  const routes = recorderWithViews({ berlin: fixture('recorder/view-lastpos.json') });
  const site = await startSite(t, { config: CONFIG, routes });
  // Another server than the page's own.
  const other = await startSite(t, { routes });
  const { page, until, assertClean } = await open(t, browser, site.url);
  await until('data-recorder', 'live');
  await page.getByRole('button', { name: 'Settings' }).first().click();
  await page.getByRole('button', { name: 'Open a shared view' }).click();
  const form = page.locator('[data-window="open-view"]');
  await form.locator('[name=view]').fill('javascript:alert(1)');
  await form.locator('button[type=submit]').click();
  await form.getByText('not the link of a view').waitFor();
  await form.locator('[name=view]').fill(`${other.origin.replace('//', '//me:secret@')}/owntracks/view/berlin?geodata=1`);
  await form.locator('button[type=submit]').click();
  await view(page, 'shown').waitFor();
  await page.locator(`[data-open-view][data-line-vertices="${VERTICES}"]`).waitFor();
  await view(page, 'shown').getByRole('heading', { name: 'Alice <in> Berlin' }).waitFor();
  await view(page, 'shown').getByText('Pariser Platz 1').waitFor();
  assert.equal(await page.locator('[data-view-marker]').count(), 1);
  assert.equal(await page.locator('path.view-line').count(), 1);
  assert.equal(new URL(page.url()).searchParams.get('view'), `${other.origin}/owntracks/view/berlin`);
  assert.ok(routes.asked.every(({ headers }) => !headers.authorization && !headers.cookie), 'no login goes to another server');

  await page.reload();
  await view(page, 'shown').waitFor();
  await view(page, 'shown').getByRole('button', { name: 'Close' }).click();
  await page.locator('[data-open-view]').waitFor({ state: 'detached' });
  await page.locator('[data-view-marker]').waitFor({ state: 'detached' });
  assert.equal(await page.locator('path.view-line').count(), 0);
  await page.waitForFunction(() => !new URL(location.href).searchParams.has('view'));
  assertClean();
});

test('whoever has only the link and no Recorder is asked nothing', async (t) => {
  const routes = recorderWithViews({ berlin: fixture('recorder/view-lastpos.json') });
  const site = await startSite(t, { config: {}, routes });
  const { page, assertClean } = await open(t, browser, `${site.url}?view=/owntracks/view/berlin`);
  await view(page, 'shown').waitFor();
  await page.locator('#dashboard[data-recorder="off"], #dashboard[data-recorder="failed"]').waitFor();
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assertClean();
});

test('each reason to see nothing is told in words', async (t) => {
  const routes = recorderWithViews({ empty: '{"data":[]}', locked: 401, damaged: 416, odd: '<html>' });
  const site = await startSite(t, { config: CONFIG, routes });
  const reasons = { none: ['gone', 'or no longer'], empty: ['empty', 'nothing in this view'], locked: ['login', 'asks for a login'],
    damaged: ['bad-time', 'does not understand the time'], odd: ['failed', 'expected'] };
  for (const [id, [state, words]] of Object.entries(reasons)) {
    const { page, assertClean } = await open(t, browser, `${site.url}?view=${id}`);
    await view(page, state).waitFor();
    await view(page, state).getByText(words).waitFor();
    const link = view(page, state).getByRole('link', { name: 'Open it by itself' });
    assert.equal(await link.getAttribute('href'), `${site.origin}/owntracks/view/${id}`);
    assert.equal(await page.locator('[data-view-marker]').count(), 0);
    assertClean();
  }
});

test('the newest place is asked for each minute while somebody looks', async (t) => {
  const views = { berlin: fixture('recorder/view-lastpos.json') };
  const routes = recorderWithViews(views);
  const site = await startSite(t, { config: CONFIG, routes });
  const { page, assertClean } = await open(t, browser, 'about:blank');
  // The minute passes at once.
  await page.addInitScript(() => {
    const now = Date.now;
    globalThis.passedMs = 0;
    Date.now = () => now() + globalThis.passedMs;
  });
  await page.goto(`${site.url}?view=berlin`);
  await page.locator(`[data-open-view="shown"][data-line-vertices="${VERTICES}"]`).waitFor();
  const asked = (part) => routes.asked.filter(({ url }) => url.searchParams.has(part)).length;
  assert.deepEqual([asked('lastpos'), asked('geodata')], [1, 1]);
  const [item] = JSON.parse(views.berlin).data;
  views.berlin = JSON.stringify({ data: [{ ...item, lat: 52.6, lon: 13.5, tst: item.tst + 600, addr: 'Elsewhere 7' }] });
  await page.evaluate(() => {
    globalThis.passedMs = 61_000;
  });
  await page.getByText('Elsewhere 7').waitFor();
  await page.locator(`[data-line-vertices="${VERTICES + 1}"]`).waitFor();
  assert.deepEqual([asked('lastpos'), asked('geodata')], [2, 1]);

  // Its owner ends it: nothing of it stays.
  views.berlin = 404;
  await page.evaluate(() => {
    globalThis.passedMs = 122_000;
  });
  await view(page, 'gone').waitFor();
  await page.locator('[data-view-marker]').waitFor({ state: 'detached' });
  assert.equal(await page.locator('path.view-line').count(), 0);
  assertClean();
});

test('the tours of a device are listed, opened, made and ended', async (t) => {
  const routes = recorderWithViews({ [UUID]: fixture('recorder/tour-view-lastpos.json') });
  const site = await startSite(t, { config: CONFIG, routes });
  const { page, until, assertClean } = await open(t, browser, `${site.url}?from=2026-11-10&to=2026-11-11&tz=UTC`);
  await until('data-recorder', 'live');
  const openTours = async () => {
    await page.getByRole('button', { name: 'Settings' }).first().click();
    await page.getByRole('button', { name: 'Tours', exact: true }).click();
    await page.locator('[data-tours="listed"], [data-tours="no-answer"]').waitFor();
    return page.locator('[data-window="tours"]');
  };
  const dialog = await openTours();
  await dialog.locator('[name=device]').selectOption('alice/phone');
  const tour = dialog.locator(`[data-tour="${UUID}"]`);
  await tour.getByText('Trip & Co').waitFor();
  assert.deepEqual(routes.posts.at(-1), { wish: { _type: 'request', request: 'tours' }, type: 'text/plain;charset=UTF-8', query: '?u=alice&d=phone' });

  await dialog.locator('[name=label]').fill('Two days');
  await dialog.getByRole('button', { name: 'Make the tour' }).click();
  await dialog.locator('[data-tour="b1"]').getByText(`${site.origin}/owntracks/view/b1`).waitFor();
  const { wish } = routes.posts.find(({ wish: { request } }) => request === 'tour');
  assert.deepEqual(wish.tour, { label: 'Two days', from: '2026-11-10T00:00:00', to: '2026-11-11T23:59:59' });

  const made = dialog.locator('[data-tour="b1"]');
  await made.getByRole('button', { name: 'End' }).click();
  await made.getByRole('button', { name: 'Really end it?' }).click();
  await made.waitFor({ state: 'detached' });
  assert.deepEqual(routes.posts.find(({ wish: { request } }) => request === 'untour').wish.uuid, 'b1');

  await tour.getByRole('button', { name: 'Open' }).click();
  await dialog.waitFor({ state: 'detached' });
  await view(page, 'shown').getByText('Alice Ångström').waitFor();
  assert.ok((await page.locator('[data-view-marker] img').getAttribute('src')).startsWith('data:image/png;base64,'));
  assert.equal(new URL(page.url()).searchParams.get('view'), `/owntracks/view/${UUID}`, 'at the address by which the page reaches it');
  assertClean();
});

test('a Recorder that knows no tours is told from one that has none', async (t) => {
  const recorder = recorderRoutes({ prefix: '/owntracks/' });
  const routes = (request, url, response) => {
    if (url.pathname !== '/owntracks/pub') return recorder(request, url, response);
    response.writeHead(200, JSON_HEADERS);
    response.end(fixture('recorder/pub-nofriends.json'));
    return true;
  };
  const site = await startSite(t, { config: CONFIG, routes });
  const { page, until, assertClean } = await open(t, browser, site.url);
  await until('data-recorder', 'live');
  await page.getByRole('button', { name: 'Settings' }).first().click();
  await page.getByRole('button', { name: 'Tours', exact: true }).click();
  await page.locator('[data-tours="no-answer"]').getByText('says nothing of tours').waitFor();
  assertClean();
});
