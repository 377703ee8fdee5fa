import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from './load.js';
import { ServerProcess } from './server-process.js';

/** What a start needs of a built checkout; its data folder stays untouched. */
const NEEDED = ['package.json', 'dist', 'prisma'];

/** From the start of the process until /readyz says so, as a developer has it: embedded PostgreSQL and simulators in it. */
export async function measureStart(cluster, { starts }) {
  const folder = join(cluster.folder, 'checkout');
  await copyOf(cluster.checkout, folder);
  const main = join(folder, cluster.checkout.main.slice(cluster.checkout.folder.length));
  const start = () =>
    ServerProcess.start({ ...cluster.own('start'), main, env: { LOG_LEVEL: 'warn' }, readyPath: '/readyz' });
  // The first one initialises the database.
  await (await start()).stop();
  const took = [];
  const memory = [];
  for (let nth = 0; nth < starts; nth++) {
    const gateway = await start();
    took.push(gateway.startMs);
    memory.push((await gateway.memory()).nowMb);
    await gateway.stop();
  }
  return [
    {
      id: 'start',
      title: 'ready, embedded PostgreSQL initialised',
      unit: 'ms',
      value: median(took),
      spread: [Math.min(...took), Math.max(...took)],
    },
    {
      id: 'memory-idle',
      title: 'resident memory once ready, ROLE=all with simulators',
      unit: 'MB',
      value: median(memory),
    },
  ];
}

async function copyOf(checkout, folder) {
  await mkdir(folder);
  for (const name of NEEDED) await cp(join(checkout.folder, name), join(folder, name), { recursive: true });
  await symlink(join(checkout.folder, 'node_modules'), join(folder, 'node_modules'));
}
