import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdFolder } from '../../dev/hold-folder.js';

const HOLD = `
  const { holdFolder } = await import('./dev/hold-folder.ts');
  await holdFolder(process.argv[1], 3000);
  setInterval(() => undefined, 1_000);
  console.log('held');`;

describe('the folder of the simulators', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'held-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is held by one gateway at a time, and the next is told where that one is', async () => {
    const letGo = await holdFolder(folder, 3000);
    await expect(holdFolder(folder, 4000)).rejects.toThrow('already on port 3000: use that one, or stop it first');
    const letGoOfAnother = await holdFolder(`${folder}/other`, 4000);
    await letGo();
    const letGoAgain = await holdFolder(folder, 4000);
    await Promise.all([letGoAgain(), letGoOfAnother()]);
  });

  it('is free again after its holder was killed', async () => {
    const args = ['--import', './test/support/typescript.js', '--input-type=module', '-e', HOLD, folder];
    const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    await expect(holdFolder(folder, 4000)).rejects.toThrow('already on port 3000');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const letGo = await holdFolder(folder, 4000);
    await letGo();
  });

  it('goes to one of several that start at once', async () => {
    const starts = await Promise.allSettled([3000, 4000, 5000].map((port) => holdFolder(folder, port)));
    const held = starts.filter((start) => start.status === 'fulfilled');
    expect(held).toHaveLength(1);
    await Promise.all(held.map(({ value: letGo }) => letGo()));
  });
});
