/** Compiles the TypeScript client for `npm pack`, having installed the compiler where it is missing. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensure } from './ensure.js';
import { root } from './root.js';

await ensure();
rmSync(join(root, 'clients/typescript/dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'clients/typescript'], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
