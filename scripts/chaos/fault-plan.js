import { setTimeout as delay } from 'node:timers/promises';
import { targets } from './faults.js';
import { Random } from './random.js';

/** The fate of at least so many calls to each target is decided ahead of them. */
const CALLS_AHEAD = 150;
const LOOK_MS = 500;

/** A rule that lets a call through: what stands between two faults, as rules are used in the order they are made in. */
const THROUGH = { kind: 'delay', when: 'after_effect', ms: 0 };

/**
 * Feeds the simulators with rules, so that the nth call to each target meets what the seed says. Every call uses up one
 * rule, which also counts it.
 */
export class FaultPlan {
  isOver = false;

  constructor({ providers }, { seed, isShort }) {
    this.providers = providers;
    this.targets = targets(isShort).map((target) => ({
      ...target,
      random: new Random(seed, `${target.provider} ${target.method} ${target.path}`),
      planned: { through: 0, faulted: 0 },
      left: { through: 0, faulted: 0 },
    }));
  }

  /** Resolves when every target has its first rules. From then on it adds more as they are used up. */
  async start() {
    await this.fill();
    this.filling = this.keepFilled();
  }

  /** No more faults: every call goes through from now on. Requests that a fault still holds run out by themselves. */
  async stop() {
    this.isOver = true;
    await this.filling;
    await this.count();
    for (const provider of Object.values(this.providers)) {
      await provider.command('DELETE', '/faults');
      await provider.command('POST', '/late-effects/release');
    }
  }

  async keepFilled() {
    while (!this.isOver) {
      await delay(LOOK_MS);
      await this.count();
      await this.fill();
    }
  }

  async fill() {
    for (const target of this.targets) {
      while (target.left.through + target.left.faulted < CALLS_AHEAD) await this.add(target);
    }
  }

  /** Some calls that go through, and one that does not. */
  async add(target) {
    const { random, choices, share, provider, method, path } = target;
    let through = 0;
    while (!random.chance(share)) through += 1;
    const match = { method, path };
    if (through > 0)
      await this.providers[provider].command('POST', '/faults', { match, times: through, fault: THROUGH });
    const fault = random.weighted(choices);
    await this.providers[provider].command('POST', '/faults', { match, times: 1, fault });
    for (const counts of [target.planned, target.left]) {
      counts.through += through;
      counts.faulted += 1;
    }
  }

  async count() {
    for (const [id, provider] of Object.entries(this.providers)) {
      const rules = await provider.command('GET', '/faults');
      for (const target of this.targets.filter((one) => one.provider === id)) {
        const own = rules.filter(({ match }) => match.method === target.method && match.path === target.path);
        const left = { through: 0, faulted: 0 };
        for (const rule of own)
          left[rule.fault.kind === 'delay' && rule.fault.ms === 0 ? 'through' : 'faulted'] += rule.left;
        target.left = left;
      }
    }
  }

  /** Calls that the providers received while faults were on. */
  counts(isWrite) {
    const own = this.targets.filter((target) => target.isWrite === isWrite);
    const used = (kind) => own.reduce((sum, { planned, left }) => sum + planned[kind] - left[kind], 0);
    return { faulted: used('faulted'), calls: used('faulted') + used('through') };
  }
}
