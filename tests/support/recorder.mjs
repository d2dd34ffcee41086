// Captured answers of a real Recorder, served as they were captured; histories from the captured store's own lines.
import { fixture } from './fixtures.mjs';

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' };

/** The JSON objects of a `.rec` file. */
export const recordsOf = (name) =>
  fixture(`tracks/${name}`)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line.split('\t')[2]));

/**
 * Routes that answer as the Recorder did, below `prefix`.
 * @param last    fixture file for `/api/0/last`, or what it answers
 * @param tracks  `{'alice/phone': 'day-alice-phone.rec'}`, or an array of records
 * @param failing `(url) => status` to fail a request on purpose, else undefined
 * @param holding `(url) => promise` to answer a request later, else undefined
 *
 * The result has `asked` (URLs), `dropped` (URLs whose connection the page closed before it had the answer), `records` to add
 * to, and `gone` to set: then connections are closed without a word.
 */
export function recorderRoutes({ prefix = '/', last = 'recorder/last-all.json', tracks = {}, failing, holding } = {}) {
  const records = Object.fromEntries(
    Object.entries(tracks).map(([id, file]) => [id, typeof file === 'string' ? recordsOf(file) : file]),
  );
  const asked = [];
  const dropped = [];
  const routes = (request, url, response) => {
    if (!url.pathname.startsWith(`${prefix}api/0/`)) return false;
    const verb = url.pathname.slice(`${prefix}api/0/`.length);
    if (routes.gone) {
      request.socket.destroy();
      return true;
    }
    asked.push(url);
    response.on('close', () => response.writableFinished || dropped.push(url));
    const answer = (body) => {
      Promise.resolve(holding?.(url)).then(() => {
        response.writeHead(200, HEADERS);
        response.end(typeof body === 'function' ? body() : body);
      });
      return true;
    };
    const status = failing?.(url);
    if (status) {
      response.writeHead(status);
      response.end('no way\n');
      return true;
    }
    const id = `${url.searchParams.get('user')}/${url.searchParams.get('device')}`;
    if (verb === 'version') return answer(fixture('recorder/version.json'));
    if (verb === 'last') return answer(typeof last === 'string' ? fixture(last) : JSON.stringify(last));
    if (verb === 'list') return answer(list(records, url.searchParams));
    if (verb === 'locations') return answer(() => locations(records[id] ?? [], url.searchParams));
    response.writeHead(200);
    response.end('no comprendo\n');
    return true;
  };
  return Object.assign(routes, { asked, dropped, records, gone: false });
}

function list(records, query) {
  const ids = Object.keys(records).map((id) => id.split('/'));
  const user = query.get('user');
  const device = query.get('device');
  if (!user) return JSON.stringify({ results: [...new Set(ids.map(([name]) => name))] });
  if (!device) return JSON.stringify({ results: ids.filter(([name]) => name === user).map(([, name]) => name) });
  const months = new Set((records[`${user}/${device}`] ?? []).map(({ tst }) => iso(tst).slice(0, 7)));
  if (!months.size) return '{"error":"Cannot open requested directory"}';
  return JSON.stringify({ results: [...months].map((month) => `/store/rec/${user}/${device}/${month}.rec`) });
}

/** Both bounds are exclusive, a time zone is ignored, the default is six hours: as observed. */
function locations(records, query) {
  const time = (text) => Date.parse(`${text.slice(0, 19).padEnd(19, '0000-01-01T00:00:00'.slice(text.length))}Z`) / 1000;
  const from = time(query.get('from'));
  const to = time(query.get('to'));
  const fields = query.get('fields')?.split(',');
  const inside = records.filter(({ tst }) => from < tst && tst < to);
  const thin = (record) => Object.fromEntries(fields.filter((key) => key in record).map((key) => [key, record[key]]));
  const data = fields ? inside.map(thin) : inside;
  return JSON.stringify({ ...(data.length && { count: data.length }), data, status: 200, version: '1.0.1' });
}

const iso = (seconds) => new Date(seconds * 1000).toISOString();
