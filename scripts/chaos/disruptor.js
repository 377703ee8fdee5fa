import { setTimeout as delay } from 'node:timers/promises';
import { Random } from './random.js';

/** Longer than a lease (45 s), shorter than the time after which nothing sent may turn up at One Tribe (60 s). */
const SUSPENDED_MS = [47_000, 53_000];

const DOWN_MS = [300, 4_000];

/** Pause before each act of a kind. The first ones come early, so that the shortest run sees each kind. */
const EVERY_MS = {
  kill: [3_000, 8_000],
  suspend: [70_000, 110_000],
  restartPostgres: [16_000, 40_000],
  terminateBackends: [3_000, 8_000],
  plantRow: [500, 2_000],
};
const FIRST_SUSPEND_MS = 4_000;

/** Rows that no adapter can read, among our orders and listings, and that show that they are not ours. */
const STRANGERS = [
  ['cnaught', { state: 'frozen' }],
  ['cnaught', { amount_kg: -1 }],
  ['cnaught', { id: 42 }],
  ['one_tribe', { status: 'archived_by_legal' }],
  ['one_tribe', { quantity: 0.5 }],
  ['one_tribe', { transaction_id: 42, metadata: { order_reference: 'theirs' } }],
  ['carbonmark', { listing: { creditId: { projectId: 'SBX-1' }, expiresAfter: '2027-01-01' } }],
];

/** When every process that may be disturbed already is. */
const LOOK_AGAIN_MS = 500;

/** Does to the gateway's processes and to PostgreSQL what machines, operators and networks do. */
export class Disruptor {
  done = {
    kills: 0,
    suspensions: 0,
    'fast restarts of PostgreSQL': 0,
    'immediate restarts': 0,
    'backends terminated': 0,
    'unreadable rows of strangers': 0,
  };
  stopping = new AbortController();

  constructor(cluster, watch, { seed }) {
    Object.assign(this, { cluster, watch, seed });
  }

  start() {
    this.acts = [
      this.repeat('kill', (random) => this.killOne(random)),
      this.repeat('suspend', (random) => this.suspendOne(random), FIRST_SUSPEND_MS),
      this.repeat('restartPostgres', (random) => this.restartPostgres(random)),
      this.repeat('terminateBackends', (random) => this.terminateBackends(random)),
      this.repeat('plantRow', (random) => this.plantRow(random)),
    ];
  }

  /** Lets everything live again. Resolves when all processes are up. */
  async stop() {
    this.stopping.abort();
    await Promise.all(this.acts);
  }

  async repeat(name, act, firstMs) {
    const random = new Random(this.seed, `disruptor ${name}`);
    let pauseMs = firstMs ?? random.between(...EVERY_MS[name]);
    while (await this.pause(pauseMs)) {
      const wasPossible = await act(random);
      pauseMs = wasPossible ? random.between(...EVERY_MS[name]) : LOOK_AGAIN_MS;
    }
  }

  /** False when the run is over. */
  pause(ms) {
    return delay(ms, true, { signal: this.stopping.signal }).catch(() => false);
  }

  async killOne(random) {
    const victim = this.victim(random);
    if (victim === null) return false;
    const { pid } = victim;
    const killedAt = performance.now();
    await victim.kill();
    this.done.kills += 1;
    this.watch.killed(pid, killedAt);
    const downMs = random.between(...DOWN_MS);
    // Until it is back: a machine that starts processes slowly must not run out of them.
    await this.pause(downMs);
    await victim.start();
    return true;
  }

  async suspendOne(random) {
    const victim = this.victim(random);
    if (victim === null) return false;
    const ms = random.between(...SUSPENDED_MS);
    victim.suspend();
    this.done.suspensions += 1;
    await this.pause(ms);
    victim.resume();
    return true;
  }

  /** A process that is up, and not the last one of its role that is: one must be left to go on. */
  victim(random) {
    const candidates = [this.cluster.apis, this.cluster.workers].flatMap((role) => {
      const up = role.filter(({ isUp }) => isUp);
      return up.length > 1 ? up : [];
    });
    return candidates.length === 0 ? null : random.of(candidates);
  }

  async restartPostgres(random) {
    const isFast = random.chance(0.5);
    await this.cluster.postgres.restart(isFast ? 'fast' : 'immediate');
    this.done[isFast ? 'fast restarts of PostgreSQL' : 'immediate restarts'] += 1;
    return true;
  }

  async terminateBackends(random) {
    const [{ n }] = await this.cluster.database.rows(
      `SELECT count(pg_terminate_backend(pid))::int AS n FROM (
         SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'offset-gateway%' ORDER BY random() LIMIT $1) AS chosen`,
      [random.wholeBetween(1, 3)],
    );
    this.done['backends terminated'] += n;
    return true;
  }

  /** Somebody else buys on the same account, or lists something, in words that the gateway does not know. */
  async plantRow(random) {
    const [provider, fields] = random.of(STRANGERS);
    await this.cluster.providers[provider].command('POST', '/foreign-rows', fields);
    this.done['unreadable rows of strangers'] += 1;
    return true;
  }
}
