// Writes the tracks of `tracks.mjs` as a Recorder keeps them, for our own server to read.
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { track } from './tracks.mjs';

const KEPT = ['_type', 'tst', 'lat', 'lon', 'acc', 'alt', 'vel', 'cog', 'batt', 'tid', 'created_at'];

/** Makes sure that the store below `data` has these devices of user `bench`; the name of a device is the number of its points. */
export function ensureStore(data, devices, sizes) {
  mkdirSync(data, { recursive: true });
  for (const device of devices) {
    const folder = join(data, 'rec/bench', device);
    const mark = join(data, `${device}.complete`);
    if (existsSync(mark)) continue;
    mkdirSync(folder, { recursive: true });
    let [month, file, lines] = ['', 0, []];
    const flush = () => (file && writeSync(file, lines.join('')), (lines = []));
    for (const point of track('bench', device, sizes[device])) {
      if (!point.isotst.startsWith(month) || !month) {
        flush();
        if (file) closeSync(file);
        month = point.isotst.slice(0, 7);
        file = openSync(join(folder, `${month}.rec`), 'w');
      }
      const record = Object.fromEntries(KEPT.map((key) => [key, point[key]]));
      lines.push(`${point.isotst}\t*                 \t${JSON.stringify(record)}\n`);
      if (lines.length === 10_000) flush();
    }
    flush();
    if (file) closeSync(file);
    writeFileSync(mark, '');
  }
}
