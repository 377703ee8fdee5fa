import type { Toolbox } from './toolbox.js';

/** What the commands need takes longest to load, so it is loaded by the command that runs, and not by `--help`. */
export const withToolbox = async (use: (tools: Toolbox) => Promise<void>): Promise<void> => {
  const toolbox = await import('./toolbox.js');
  return toolbox.useToolbox(use);
};
