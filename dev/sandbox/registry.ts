import { carbonmark } from './carbonmark/index.js';
import { cnaught } from './cnaught/index.js';
import { oneTribe } from './one-tribe/index.js';

/** Adding a simulator: a folder beside this file, and one line here. */
export const SIMULATORS = {
  cnaught,
  carbonmark,
  oneTribe,
};
