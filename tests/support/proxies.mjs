// nginx and Caddy as a household would run them: with the files of deploy/, but other ports and folders.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, start, temporaryFolder } from './processes.mjs';

const DEPLOY = resolve(import.meta.dirname, '../../deploy');
const DIST = resolve(import.meta.dirname, '../../dist');

/** The page's static files with a `config.json` beside them, where nginx's workers can read them. */
export function staticFolder(config) {
  const folder = temporaryFolder('static');
  cpSync(DIST, folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

/** Replaces each text of a sample by ours; one that is not there would test nothing. */
function fill(name, replacements) {
  let text = readFileSync(join(DEPLOY, name), 'utf8');
  for (const [theirs, ours] of Object.entries(replacements)) {
    if (!text.includes(theirs)) throw new Error(`deploy/${name} does not say ${theirs}`);
    text = text.replaceAll(theirs, ours);
  }
  return text;
}

/** @param ports of the recorder, the broker and the server behind it */
export async function startNginx({ files, recorder, broker, server }) {
  const [folder, port] = [temporaryFolder('nginx'), await freePort()];
  const sample = fill('nginx.conf', {
    'listen 8080': `listen 127.0.0.1:${port}`,
    '/srv/owntracks-dashboard/': `${files}/`,
    '127.0.0.1:8083': `127.0.0.1:${recorder}`,
    '127.0.0.1:9001': `127.0.0.1:${broker}`,
    '127.0.0.1:8084': `127.0.0.1:${server}`,
  });
  mkdirSync(join(folder, 'conf.d'));
  writeFileSync(join(folder, 'conf.d/dashboard.conf'), sample);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`);
  writeFileSync(
    join(folder, 'nginx.conf'),
    `user root;\ndaemon off;\npid ${folder}/pid;\nerror_log stderr notice;\nevents {}\nhttp {\n` +
      `include /etc/nginx/mime.types;\naccess_log off;\n${paths.join('\n')}\ninclude ${folder}/conf.d/*.conf;\n}\n`,
  );
  const nginx = await start('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], (output) => /start worker process /.test(output));
  return { ...nginx, url: `http://127.0.0.1:${port}` };
}

/** @param ports of the recorder, the broker and the server behind it */
export async function startCaddy({ files, recorder, broker, server }) {
  const [folder, port] = [temporaryFolder('caddy'), await freePort()];
  const sample = fill('Caddyfile', {
    'http://home.example:8080': `http://127.0.0.1:${port}`,
    '/srv/owntracks-dashboard': files,
    '127.0.0.1:8083': `127.0.0.1:${recorder}`,
    '127.0.0.1:9001': `127.0.0.1:${broker}`,
    '127.0.0.1:8084': `127.0.0.1:${server}`,
  });
  writeFileSync(join(folder, 'Caddyfile'), `{\n\tadmin off\n\tauto_https off\n}\n${sample}`);
  const home = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const args = ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'];
  const caddy = await start('caddy', args, (output) => /serving initial configuration/.test(output), { env: home });
  return { ...caddy, url: `http://127.0.0.1:${port}` };
}
