import { join } from 'node:path';
import { DATA_DIR } from './development-database.js';

/** The demo tenant's key, kept over starts. */
export const DEMO_KEY_FILE = join(DATA_DIR, 'demo-key');

/** Where the gateway of this folder is, and its simulators: for drills, which work on both. */
export const RUNNING_FILE = join(DATA_DIR, 'running.json');

export interface Running {
  /** Of the gateway. */
  readonly url: string;
  /** The environment with which it buys from the simulators, their addresses and keys among it. */
  readonly variables: Readonly<Record<string, string>>;
}
