/** `node scripts/run.js dist/src/cli/main.js …`: makes the code ready to run, and runs it in this very process. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensure } from './ensure.js';
import { root } from './root.js';

export async function run(module) {
  await ensure();
  process.chdir(root);
  if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
  stopOnce();
  stopWithTerminal();
  if (process.env.npm_lifecycle_event) stopWithParent();
  await import(join(root, module));
}

/** On Ctrl-C the terminal tells us, and then npm tells us again: the second time must not cut an orderly stop short. */
function stopOnce() {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    let told = false;
    process.on(signal, () => {
      const isAlone = process.listenerCount(signal) === 1;
      if (!told && isAlone) process.exit(130);
      told = true;
    });
  }
}

/** A closed terminal is no reason to leave the database running, nor is having nowhere to say goodbye. */
function stopWithTerminal() {
  process.on('SIGHUP', () => process.kill(process.pid, 'SIGTERM'));
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

/** npm passes signals on, but cannot when it is killed: then nothing would be left to stop us. */
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

if (process.argv[1] === import.meta.filename) {
  // The module reads its own arguments from the second on, as if it had been started itself.
  process.argv.splice(1, 1);
  await run(process.argv[1]);
}
