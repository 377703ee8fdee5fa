import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** No step takes as long: an older lock belongs to a process that died, even if its id is in use again. */
const ABANDONED_AFTER_MS = 15 * 60_000;

/** Runs `work` while no other process does so under the same lock file. */
export async function whileLocked(lockFile, work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  const mine = `${lockFile}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (let waited = false; !take(mine, lockFile); waited = true) {
      if (!waited) console.log(`waiting for another copy that is preparing this folder (${lockFile})`);
      await delay(100);
    }
    try {
      return await work();
    } finally {
      rmSync(lockFile, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Linking makes the lock with its content in one step, and fails when there is one. */
function take(mine, lockFile) {
  try {
    linkSync(mine, lockFile);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAbandoned(lockFile)) return false;
    remove(lockFile);
    return take(mine, lockFile);
  }
}

function isAbandoned(lockFile) {
  try {
    const owner = Number(readFileSync(lockFile, 'utf8'));
    return Date.now() - statSync(lockFile).mtimeMs > ABANDONED_AFTER_MS || owner === process.pid || !isAlive(owner);
  } catch {
    return false;
  }
}

/** By way of a name of our own: if another process was faster and the lock is a fresh one by now, it is put back. */
function remove(lockFile) {
  const aside = `${lockFile}.${process.pid}.aside`;
  try {
    renameSync(lockFile, aside);
    if (!isAbandoned(aside)) linkSync(aside, lockFile);
  } catch {
    // Gone, or taken again meanwhile.
  }
  rmSync(aside, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
