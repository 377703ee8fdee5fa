/**
 * Installs, generates and builds, each only when it is out of date. Only Node's own modules here: it runs in a fresh
 * clone, before anything is installed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.js';
import { whileLocked } from './lock.js';
import { root } from './root.js';

const GENERATED = 'src/persistence/generated/';

const code = [
  {
    done: 'installed dependencies',
    isDue: () => !isInstalled(),
    // Development dependencies also where NODE_ENV says production: the compiler is one of them.
    run: () => npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'),
  },
  stamped({
    done: 'generated the database client',
    stamp: `${GENERATED}.stamp`,
    inputs: () => fingerprint(['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json']),
    run: () => node('scripts/generate.js'),
  }),
  stamped({
    done: 'built',
    stamp: 'dist/.stamp',
    inputs: () =>
      fingerprint(
        [
          'src',
          'dev',
          'scripts/gen',
          'prisma/schema.prisma',
          'tsconfig.json',
          'tsconfig.build.json',
          'package-lock.json',
        ],
        (path) => path.startsWith(GENERATED) || path.endsWith('.spec.ts'),
      ),
    run: () => node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'),
  }),
];

const dashboard = stamped({
  done: 'built the dashboard',
  stamp: 'dist/.dashboard-stamp',
  inputs: () => fingerprint(['dashboard', 'scripts/dashboard.js', 'package-lock.json']),
  run: () => node('scripts/dashboard.js'),
});

class StepFailed extends Error {}

/** Ends the process when a step fails, having shown what it printed. */
export const ensure = () => ensureSteps([...code, dashboard]);

/** All but the dashboard, some of whose sources are generated. */
export const ensureCode = () => ensureSteps(code);

async function ensureSteps(steps) {
  if (!steps.some((step) => step.isDue())) return;
  try {
    await whileLocked(join(root, '.data/ensure.lock'), () => runSteps(steps));
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

async function runSteps(steps) {
  for (const step of steps) {
    if (!step.isDue()) continue;
    const startedAt = Date.now();
    await step.run();
    console.log(`${step.done} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
}

/** A step that leaves the fingerprint of its inputs beside its output, and is due when they no longer match. */
function stamped({ done, stamp, inputs, run }) {
  const file = join(root, stamp);
  return {
    done,
    isDue: () => !existsSync(file) || readFileSync(file, 'utf8') !== inputs(),
    run: async () => {
      const before = inputs();
      await run();
      writeFileSync(file, before);
    },
  };
}

/** npm keeps a lockfile of what is really there, and writes it last: an interrupted install has none. */
function isInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { packages: installed } = JSON.parse(readFileSync(installedFile, 'utf8'));
  const isSame = (path) => wanted[path]?.version === installed[path]?.version;
  return (
    Object.keys(installed).every(isSame) &&
    Object.keys(wanted).every((path) => path === '' || wanted[path].optional || isSame(path))
  );
}

const node = (...args) => run(process.execPath, args);

/** The very npm that started us, if one did: PATH may hold another. */
const npm = (...args) => (process.env.npm_execpath ? node(process.env.npm_execpath, ...args) : run('npm', args));

/** Silent, unless it fails. Interrupting us interrupts it, so that it cannot outlive our lock. */
async function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  try {
    const [status] = await once(child, 'close');
    if (status !== 0) throw new StepFailed(`${Buffer.concat(output)}\nfailed: ${[command, ...args].join(' ')}`);
  } finally {
    process.off('SIGINT', forward).off('SIGTERM', forward);
  }
}

if (process.argv[1] === import.meta.filename) await ensure();
