import { readdir, readFile } from 'node:fs/promises';

/** Linux tells what a process cost; elsewhere every figure here is null, and shown as n/a. */
const isLinux = process.platform === 'linux';

/** Of the clock in /proc/<pid>/stat: 100 a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** CPU time of one process so far, its threads included. */
export async function cpuMsOf(pid) {
  if (!isLinux) return null;
  const { own } = await ticksOf(pid);
  return own * MS_PER_TICK;
}

/** CPU time so far of a process, of its children, and of those that have ended: PostgreSQL is a process a connection. */
export async function familyCpuMsOf(pid) {
  if (!isLinux) return null;
  const parent = await ticksOf(pid);
  const children = await Promise.all((await childrenOf(pid)).map((child) => ticksOf(child).catch(() => null)));
  const ticks = children.reduce((sum, child) => sum + (child?.own ?? 0), parent.own + parent.ended);
  return ticks * MS_PER_TICK;
}

/** `{nowMb, peakMb}` of resident memory. */
export async function memoryOf(pid) {
  if (!isLinux) return { nowMb: null, peakMb: null };
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
  return { nowMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}

async function ticksOf(pid) {
  const fields = fieldsOf(await readFile(`/proc/${pid}/stat`, 'utf8'));
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
  return { own: user + system, ended: endedUser + endedSystem };
}

async function childrenOf(parent) {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    pids.map((pid) =>
      readFile(`/proc/${pid}/stat`, 'utf8').then(
        (stat) => Number(fieldsOf(stat)[1]),
        () => null,
      ),
    ),
  );
  return pids.filter((_, nth) => parents[nth] === parent);
}

/** From the state on: the name before it may contain anything, brackets and spaces included. */
const fieldsOf = (stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ');
