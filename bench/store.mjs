// Writes the tracks of `tracks.mjs` as a Recorder keeps them, for our own server to read.
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { END, SPACING, track } from './tracks.mjs';

const KEPT = ['_type', 'tst', 'lat', 'lon', 'acc', 'alt', 'vel', 'cog', 'batt', 'tid', 'created_at'];

/** Three people's year, so many seconds between two points of each. */
const YEAR = ['alice/year', 'bob/year', 'carol/year'];
const YEAR_SPACING = 100;

/** Makes sure that the store below `data` has these devices of user `bench`; the name of a device is the number of its points. */
export function ensureStore(data, devices, sizes) {
  for (const device of devices) ensure(data, 'bench', device, sizes[device], SPACING);
}

/** Makes sure that the store below `data` has three people's year, and answers whose. */
export function ensureYear(data) {
  const points = (365 * 86_400) / YEAR_SPACING;
  for (const friend of YEAR) ensure(data, ...friend.split('/'), points, YEAR_SPACING);
  return YEAR;
}

function ensure(data, user, device, points, spacing) {
  const folder = join(data, 'rec', user, device);
  const mark = join(data, `${user === 'bench' ? '' : `${user}-`}${device}.complete`);
  if (existsSync(mark)) return;
  mkdirSync(folder, { recursive: true });
  let [month, file, lines] = ['', 0, []];
  const flush = () => (file && writeSync(file, lines.join('')), (lines = []));
  for (const point of track(user, device, points)) {
    const tst = END - ((END - point.tst) / SPACING) * spacing;
    const iso = `${new Date(tst * 1000).toISOString().slice(0, 19)}Z`;
    if (!iso.startsWith(month) || !month) {
      flush();
      if (file) closeSync(file);
      month = iso.slice(0, 7);
      file = openSync(join(folder, `${month}.rec`), 'w');
    }
    const record = Object.fromEntries(KEPT.map((key) => [key, point[key]]));
    lines.push(`${iso}\t*                 \t${JSON.stringify({ ...record, tst, created_at: tst + 1 })}\n`);
    if (lines.length === 10_000) flush();
  }
  flush();
  if (file) closeSync(file);
  writeFileSync(mark, '');
}
