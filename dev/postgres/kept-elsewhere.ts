import { lstat, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exists, SHARED_ROOT, unlessCode, type ServerAccount } from './postgres-binaries.js';
import { PostgresServer } from './postgres-server.js';

const WHOSE = '.belongs-to';

/**
 * Notes whose data a folder in the shared place is. A link is left where the data would be, had the server been able to
 * get there: whoever deletes that, with the checkout or with its `.data/`, has deleted the data.
 */
export const noteWhose = async (dataDir: string, wantedDir: string): Promise<void> => {
  await symlink(dataDir, wantedDir).catch(unlessCode('EEXIST'));
  await writeFile(`${dataDir}${WHOSE}`, wantedDir);
};

/** Removes what belongs to folders that are gone, and stops its servers, unless somebody uses one. */
export const sweepGone = async (binaries: string, account: ServerAccount): Promise<void> => {
  const names = await readdir(SHARED_ROOT).catch(() => []);
  for (const name of names.filter((each) => each.endsWith(WHOSE))) {
    const note = join(SHARED_ROOT, name);
    const wantedDir = await readFile(note, 'utf8').catch(() => null);
    if (wantedDir === null || (await isThere(wantedDir))) continue;
    const dataDir = join(SHARED_ROOT, basename(name, WHOSE));
    const server = new PostgresServer(binaries, dataDir, account, []);
    // One that cannot be stopped is left to the next start.
    if (!(await server.stopUnlessUsed().catch(() => false)) || (await isThere(wantedDir))) continue;
    const going = `${dataDir}.gone-${process.pid}`;
    if (await exists(dataDir)) await rename(dataDir, going).catch(unlessCode('ENOENT'));
    await rm(note, { force: true });
    await rm(going, { recursive: true, force: true });
  }
};

/** The link itself, not what it leads to. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
