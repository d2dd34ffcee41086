// Our own server, as `cargo xtask build` makes it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, run, start, temporaryFolder } from './processes.mjs';

const BINARY = process.env.DASHBOARD_SERVER ?? join(import.meta.dirname, '../../target/native/owntracks-dashboard');
const TILES = [{ name: 'Grey', url: 'tiles-are-not-tested/{z}/{x}/{y}.png', attribution: 'none', maxZoom: 19 }];

/**
 * Starts the server alone, with an empty store.
 * @param config what its config.json says besides
 * @param host   address that it listens on
 * @param ports  `[http, mqtt]`, to be those of an earlier one
 * @param scheme `https` with certificates among the arguments
 */
export async function startServer({ args = [], data = temporaryFolder('data'), config: more = {}, host = '127.0.0.1', ports, scheme = 'http' } = {}) {
  const [http, mqtt] = ports ?? [await freePort(), await freePort()];
  const config = { recorder: { url: './' }, mqtt: { url: 'mqtt' }, map: { tiles: TILES }, ...more };
  if (!args.includes('--demo')) writeFileSync(join(data, 'config.json'), JSON.stringify(config));
  const all = ['--data', data, '--listen', `${host}:${http}`, '--mqtt-listen', `${host}:${mqtt}`, ...args];
  const server = await start(BINARY, all, (output) => output.includes(`${scheme}://127.0.0.1:${http}/`));
  const url = `${scheme}://127.0.0.1:${http}/`;
  return {
    ...server,
    url,
    data,
    ports: [http, mqtt],
    /** As a phone in MQTT mode. */
    publish: (topic, payload, login = []) =>
      run('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(mqtt), '-q', '1', ...login, '-t', topic, '-s'], JSON.stringify(payload)),
    /** As a phone in HTTP mode; the answer's JSON. */
    async post(user, device, payload) {
      const answer = await fetch(`${url}pub?u=${user}&d=${device}`, { method: 'POST', body: JSON.stringify(payload) });
      return answer.json();
    },
  };
}
