// A static server as a household has one: the bundle under a sub-path, tiles, and whatever routes a story adds.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { deflateSync, crc32 } from './png.mjs';

const DIST = resolve(import.meta.dirname, '../../dist');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/**
 * Stops when test `t` ends.
 * @param config   what `config.json` holds; absent for a 404
 * @param routes   `(request, url, response) => boolean`: true when it answered
 * @param base     the sub-path the bundle lies under
 */
export async function startSite(t, { config, routes, base = '/home/map/' } = {}) {
  const tile = greyTile();
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    const send = (status, type, body) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    if (routes?.(request, url, response)) return;
    if (url.pathname.startsWith('/tiles/')) return send(200, 'image/png', tile);
    if (url.pathname === `${base}config.json`) {
      return config ? send(200, 'application/json', JSON.stringify(withTiles(config))) : send(404, 'text/plain', 'none');
    }
    if (url.pathname.startsWith(base)) {
      const file = join(DIST, normalize(url.pathname.slice(base.length) || 'index.html'));
      if (file.startsWith(DIST) && existsSync(file) && statSync(file).isFile()) {
        return send(200, TYPES[extname(file)] ?? 'application/octet-stream', readFileSync(file));
      }
    }
    send(404, 'text/plain', 'not found');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    url: `http://127.0.0.1:${server.address().port}${base}`,
  };
}

/** No machine here reaches the internet: maps are drawn on grey. */
function withTiles(config) {
  const tiles = [{ name: 'Test', url: '/tiles/{z}/{x}/{y}.png', attribution: 'test tiles', maxZoom: 19 }];
  return { ...config, map: { tiles, ...config.map } };
}

/** A tile of 256 pixels as a PNG. */
export function greyTile() {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(8 + body.length);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), 4 + body.length);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(256, 0);
  header.writeUInt32BE(256, 4);
  header[8] = 8; // bits, greyscale
  const rows = Buffer.alloc(256 * 257, 0xdc);
  for (let y = 0; y < 256; y++) rows[y * 257] = 0;
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
