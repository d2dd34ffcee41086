// A real mosquitto with a TCP and a WebSocket listener, users and an ACL.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, run, start, temporaryFolder } from './processes.mjs';

/** The user that publishes for phones in the stories. */
const PHONES = { username: 'phones', password: 'of the household' };

/**
 * @param users  `{name: {password, acl: ['topic read owntracks/+/+', …]}}` beside the phones' own user
 */
export async function startMosquitto(users) {
  const folder = temporaryFolder('mosquitto');
  const [tcp, websocket] = [await freePort(), await freePort()];
  const everybody = { ...users, [PHONES.username]: { password: PHONES.password, acl: ['topic readwrite #'] } };
  const passwords = join(folder, 'passwords');
  writeFileSync(passwords, '', { mode: 0o600 });
  for (const [name, { password }] of Object.entries(everybody)) {
    await run('mosquitto_passwd', ['-b', passwords, name, password]);
  }
  const acl = Object.entries(everybody).map(([name, user]) => [`user ${name}`, ...user.acl].join('\n'));
  writeFileSync(join(folder, 'acl'), `${acl.join('\n\n')}\n`, { mode: 0o600 });
  // `socket_domain ipv4`, or 2.0.11 binds its WebSocket listener to every address of both families.
  writeFileSync(
    join(folder, 'mosquitto.conf'),
    [
      'per_listener_settings false',
      'user root',
      `password_file ${passwords}`,
      `acl_file ${join(folder, 'acl')}`,
      'allow_anonymous false',
      'max_queued_messages 0',
      `listener ${tcp} 127.0.0.1`,
      `listener ${websocket}`,
      'socket_domain ipv4',
      'protocol websockets',
    ].join('\n'),
  );
  const launch = () =>
    start('mosquitto', ['-c', join(folder, 'mosquitto.conf'), '-v'], (output) => / running/.test(output));
  let broker = await launch();
  return {
    url: `ws://127.0.0.1:${websocket}/mqtt`,
    /** Publishes as the phones would; `null` is the empty message that clears. */
    publish(topic, payload, { retain = false } = {}) {
      const { username, password } = PHONES;
      const args = ['-h', '127.0.0.1', '-p', String(tcp), '-u', username, '-P', password, '-q', '1', '-t', topic];
      if (retain) args.push('-r');
      // `-n` is the empty message that clears.
      return payload === null ? run('mosquitto_pub', [...args, '-n']) : run('mosquitto_pub', [...args, '-s'], JSON.stringify(payload));
    },
    /** Adds a user with these lines of an ACL, as an administrator would, while it runs. */
    async addUser(name, password, lines) {
      await run('mosquitto_passwd', ['-b', passwords, name, password]);
      appendFileSync(join(folder, 'acl'), `\n${lines}`);
      const before = broker.output().length;
      process.kill(broker.pid, 'SIGHUP');
      while (!/Reloading config/.test(broker.output().slice(before))) await new Promise((done) => setImmediate(done));
    },
    stop: () => broker.stop(),
    async restart() {
      broker = await launch();
    },
  };
}
