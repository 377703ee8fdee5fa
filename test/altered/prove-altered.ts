import { CLASS_OF, type Operation } from '../../src/domain/providers/calls.js';
import { matches } from '../../dev/sandbox/fault-queue.js';
import type { Where } from '../faults/integrity-trial.js';
import { operationsOf } from '../contract/harness.js';
import { asItIs, type Alteration } from './altered-answer.js';
import { ALTERED_SCENES, type AlteredScene } from './altered-scenes.js';
import { AlteredTrial } from './altered-trial.js';
import { fieldAlterations } from './field-alterations.js';
import { MESSAGE_ALTERATIONS } from './message-alterations.js';
import { play } from './play.js';

interface Case {
  readonly operation: Operation;
  readonly scene: AlteredScene;
  readonly nth: number;
  readonly alteration: Alteration;
}

const LEAST = 43;

/** One of so many cases is in the spread; a prime, so that it meets other alterations in each scene. */
const STRIDE = 127;

/** Each of these found a mistake once, and is in every spread. */
const TELLING: ReadonlySet<string> = new Set([
  'offerings 1: the first row twice',
  'quote 1: 503 for a billion seconds',
  'placeOrder 1: 429 for a billion seconds',
  'listOrders 1: a page that has the first row under another id, again and again',
  'listOrders 1: data.0.id: the id of another order of ours',
  'listOrders 2: rows without the texts that were sent along',
]);

const AS_IT_IS: Alteration = { what: 'nothing', alter: (answer) => ({ bytes: asItIs(answer) }) };

const nameOf = ({ operation, nth, alteration }: Case): string => `${operation} ${nth}: ${alteration.what}`;

/**
 * ALTERED=full runs every case, ALTERED=2/5 the second of every five, ALTERED=<expression> those whose name (operation,
 * scene, alteration) it matches; otherwise one of 127, and those that once found something.
 */
const isChosen = (each: Case, index: number): boolean => {
  const selection = process.env['ALTERED'] ?? '';
  if (selection === 'full') return true;
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(selection) ?? [];
  if (parts !== undefined) return index % Number(parts) === Number(part) - 1;
  if (selection !== '') return new RegExp(selection).test(nameOf(each));
  return TELLING.has(nameOf(each)) || index % STRIDE === 1;
};

const told = (counts: Iterable<readonly [string, number]>): string =>
  [...counts].map(([what, count]) => `${count} ${what}`).join(', ');

/** The catalog of a provider or its orders: each in a file of its own, so that they run side by side. */
export const proveAltered = (where: Where, about: 'catalog' | 'orders'): void => {
  const whole = Object.entries(ALTERED_SCENES[where]) as [Operation, readonly AlteredScene[]][];
  const table = whole.filter(([operation]) => (CLASS_OF[operation] === 'catalog') === (about === 'catalog'));
  let trial: AlteredTrial;
  let cases: readonly Case[] = [];
  const ends = new Map<string, number>();
  const played = new Map<Operation, number>();
  const startedAtMs = Date.now();

  /** Plays each scene with true answers, and takes the alterations from what they were. */
  const casesOf = async (operation: Operation, scene: AlteredScene, nth: number): Promise<Case[]> => {
    const truths: Parameters<Alteration['alter']>[0][] = [];
    const asking: Alteration = {
      ...AS_IT_IS,
      alter: (answer) => (truths.push(answer), AS_IT_IS.alter(answer, null as never)),
    };
    const { violations } = await play(trial, scene, asking, false);
    expect([operation, nth, violations]).toEqual([operation, nth, []]);
    const [truth] = truths;
    if (!truth) throw new Error(`${operation} ${nth} has not asked`);
    return [...MESSAGE_ALTERATIONS, ...fieldAlterations(truth)].map((alteration) => ({
      operation,
      scene,
      nth,
      alteration,
    }));
  };

  beforeAll(async () => {
    trial = await AlteredTrial.start();
    const found: Case[] = [];
    for (const [operation, scenes] of table)
      for (const [nth, scene] of scenes.entries()) found.push(...(await casesOf(operation, scene, nth + 1)));
    cases = found;
  }, 120_000);
  afterAll(async () => {
    await trial.stop();
    const seconds = Math.round((Date.now() - startedAtMs) / 1_000);
    const statuses = [...trial.statuses].sort(([a], [b]) => Number(a) - Number(b));
    process.stdout.write(
      `altered answers of ${where}, ${about}, of ${cases.length} in ${seconds} s: ${told(played)}; ended ${told(ends)}; responses ${told(statuses)}\n`,
    );
  });

  it('are altered in every operation of the adapter, each in many ways', () => {
    const operations = operationsOf(trial.engine.provider(where));
    expect(whole.map(([operation]) => operation).sort()).toEqual([...operations].sort());
    const few = table.filter(([one]) => cases.filter(({ operation }) => operation === one).length < LEAST);
    expect(few).toEqual([]);
  });

  it('buy nothing twice, tell no untruth, and leave nothing unexplained', async () => {
    const chosen = cases.filter(isChosen);
    const found: string[] = [];
    // Far apart from each other, so that a run that is ended early has tried something of everything.
    const walk = Array.from({ length: STRIDE }, (_, k) => chosen.filter((__, index) => index % STRIDE === k)).flat();
    for (const each of walk) {
      const count = [...played.values()].reduce((sum, one) => sum + one, 0);
      if (count > 0 && count % 100 === 0)
        process.stdout.write(`${where}, ${about}: ${told(played)} of ${chosen.length}\n`);
      const { violations, end } = await play(trial, each.scene, each.alteration, count % 5 === 0);
      played.set(each.operation, (played.get(each.operation) ?? 0) + 1);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      for (const violation of violations) {
        found.push(`${nameOf(each)}: ${violation}`);
        // A whole run is long: what is wrong is said at once.
        process.stdout.write(`${found.at(-1)}\n`);
      }
    }
    expect(found).toEqual([]);
  }, 3_600_000);

  it('are those of every request that was made', () => {
    const endpoints = whole.flatMap(([, scenes]) => scenes.map(({ response }) => response));
    const asked = trial.proxies[where].requests.map(({ method, path }) => ({ method, path, headers: {} }));
    const others = asked.filter((request) => !endpoints.some((match) => matches(match, request)));
    expect([...new Set(others.map(({ method, path }) => `${method} ${path}`))]).toEqual([]);
  });
};
