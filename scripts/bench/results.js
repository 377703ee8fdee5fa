import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../root.js';

/** Under reports/: ignored by git. */
const FOLDER = 'reports/bench';

/** A run as it is kept, for --before and --report. Says what was measured and on what, and names no folder. */
export async function describeRun({ checkout, command, isQuick, parts, seededOrders }, postgres, nodeOptions) {
  return {
    takenAt: new Date().toISOString(),
    command,
    isQuick,
    /** What else the machine had to do when the run began. */
    loadAverage: loadavg()[0].toFixed(1),
    parts,
    seededOrders,
    /** Of the gateways. */
    nodeOptions,
    commit: await commitOf(checkout.folder),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      postgres,
    },
  };
}

export async function save(results) {
  const path = `${FOLDER}/${results.takenAt.replaceAll(/[:.]/g, '-')}-${results.commit.replace(/\W+/g, '-')}.json`;
  await mkdir(join(root, FOLDER), { recursive: true });
  await writeFile(join(root, path), `${JSON.stringify(results, null, 2)}\n`);
  return path;
}

/** @param paths of a run, and of later ones that measured some of it again, or more, parted by commas: their figures count. */
export async function load(paths) {
  if (paths === null) return null;
  const [first, ...later] = await Promise.all(
    paths.split(',').map(async (path) => JSON.parse(await readFile(path, 'utf8'))),
  );
  const byId = new Map([first, ...later].flatMap(({ figures }) => figures.map((figure) => [figure.id, figure])));
  return { ...first, later, figures: [...byId.values()] };
}

async function commitOf(folder) {
  const git = async (...args) => (await promisify(execFile)('git', ['-C', folder, ...args])).stdout.trim();
  try {
    const changed = (await git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'dev', 'prisma')) !== '';
    return `${await git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
