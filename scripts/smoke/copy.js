import { chmod, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../root.js';

const LEFT_OUT = ['.git', '.data', '.env', 'node_modules', 'reports', 'coverage'];

/** Like a fresh clone that has been installed and built: no data, and no settings of the developer's. */
export async function copyOfThisFolder() {
  // Root's PostgreSQL runs under another account, which must be able to get there.
  const path = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'offset-gateway-smoke-'));
  await chmod(path, 0o711);
  const isWanted = (source) => !LEFT_OUT.includes(relative(root, source));
  await cp(root, path, { recursive: true, filter: isWanted });
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'));
  return { path, remove: () => rm(path, { recursive: true, maxRetries: 10 }) };
}
