import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

declare global {
  /** Started by the global setup. */
  var processReaper: ChildProcess | undefined;
}

export default async function tearDownTestRun(): Promise<void> {
  const reaper = globalThis.processReaper;
  if (reaper === undefined) return;
  reaper.ref();
  reaper.stdin?.end('finished\n');
  await once(reaper, 'exit');
}
