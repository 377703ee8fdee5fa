import { readFile } from 'node:fs/promises';
import { RUNNING_FILE, type Running } from './running.js';

/** What the person at the terminal can mend. */
export class NothingRuns extends Error {
  override readonly name = 'NothingRuns';
}

/** Where the gateway of this folder runs, if it answers. */
export const readRunning = async (): Promise<Running> => {
  const text = await readFile(RUNNING_FILE, 'utf8').catch(() => null);
  const running = text === null ? null : (JSON.parse(text) as Running);
  const answers = running && (await fetch(`${running.url}/livez`).catch(() => null));
  if (!running || !answers?.ok)
    throw new NothingRuns(
      'No gateway runs over the sandbox and the embedded database of this folder. Start one in another terminal: npm start',
    );
  return running;
};
