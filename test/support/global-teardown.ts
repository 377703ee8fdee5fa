import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

declare global {
  /** Started by the global setup. */
  var testRunCaretaker: ChildProcess | undefined;
}

export default async function tearDownTestRun(): Promise<void> {
  const caretaker = globalThis.testRunCaretaker;
  if (caretaker === undefined) return;
  caretaker.ref();
  caretaker.stdin?.end('finished\n');
  await once(caretaker, 'exit');
}
