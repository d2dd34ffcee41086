// Programs started by stories: each is ended by its own pid, whatever happens.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A TCP port that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A new empty folder, removed when the story's process ends. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `dashboard-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program and waits until `ready(outputSoFar)` is true. */
export async function start(program, args, ready, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  let output = '';
  await new Promise((resolve, reject) => {
    const take = (data) => {
      output += data;
      if (ready(output)) resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code} before it was ready:\n${output}`)));
  });
  return {
    pid: child.pid,
    output: () => output,
    /** Ends it and waits for the end. */
    async stop(signal = 'SIGTERM') {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs a program to its end; throws with its output when it fails. */
export async function run(program, args, input) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  // A program may end before it was told everything; whether that was a failure its exit code says.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}
