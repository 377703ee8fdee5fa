import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../chaos/random.js';

const PAUSE_MS = [500, 2_500];
const DOWN_MS = [200, 2_000];
const LOOK_MS = 100;

/** After so many senders, a process that serves readers and buyers. */
const SENDERS_PER_API = 4;

/** Kills processes that send, one after the other, and starts them again. One of each role is always left. */
export class SenderKiller {
  /** When a sender was killed. */
  killedAt = [];
  apisKilled = 0;

  /** `mayKill` says when the storm has come far enough for the next. */
  constructor(cluster, { seed, kills }, mayKill) {
    Object.assign(this, { cluster, kills, mayKill, random: new Random(seed, 'sender killer') });
  }

  get done() {
    return this.killedAt.length;
  }

  /** Resolves when all are killed, and everybody is up again. */
  async run() {
    while (this.done < this.kills) {
      await delay(this.random.between(...PAUSE_MS));
      while (!this.mayKill()) await delay(LOOK_MS);
      await this.killOne(this.cluster.workers, () => this.killedAt.push(Date.now()));
      if (this.done % SENDERS_PER_API === 0) await this.killOne(this.cluster.apis, () => (this.apisKilled += 1));
    }
  }

  async killOne(role, note) {
    const up = role.filter(({ isUp }) => isUp);
    if (up.length < 2) return;
    const victim = this.random.of(up);
    await victim.kill();
    note();
    await delay(this.random.between(...DOWN_MS));
    await victim.start();
  }
}
