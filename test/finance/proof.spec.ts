import { performance } from 'node:perf_hooks';
import { planOf } from '../../dev/plant/plan.js';
import { EXTRAS, INVOICING, PLANTS, SHOWN_OTHERWISE } from '../../dev/plant/plants.js';
import { BREAKS } from '../../src/domain/reconciliation/break-types.js';
import { RULES, type Rule } from '../../src/domain/reconciliation/rules.js';
import { FinanceProof, type Compared } from './finance-proof.js';

/** So many plants, from one seed on; without a number the few that have everything. */
const SEEDS = process.env['PROOF_SEEDS'];
const FIRST = Number(process.env['PROOF_FIRST'] ?? 1);
const ORDERS = Number(process.env['PROOF_ORDERS'] ?? 40);

/** What is wrong in the plant of a seed, in words of the plan. */
const plantedBy = (seed: number): ReadonlySet<string> => {
  const { orders, extras, invoicing, shownOtherwise, leavesDoubt, leavesPools } = planOf(seed, ORDERS, true);
  const words = [...orders.map(({ planted }) => planted), ...extras.map(({ type }) => type), invoicing, shownOtherwise];
  return new Set(
    [...words, leavesDoubt ? 'doubt' : null, leavesPools ? 'pools' : null].filter((word) => word !== null),
  );
};

/** Of what is done to the books of five orders. */
const EXPECTED_FACTS = ['altered', 'altered', 'altered', 'missing', 'unexpected'];

const EVERYTHING: ReadonlySet<string> = new Set<string>([
  ...Object.keys(PLANTS),
  ...EXTRAS,
  ...Object.keys(INVOICING),
  ...Object.keys(SHOWN_OTHERWISE),
  'doubt',
  'pools',
]);

/** The first seeds of which each has more of what is not there yet than any other of the first hundred. */
const fewSeeds = (): readonly number[] => {
  const missing = new Set(EVERYTHING);
  const gainOf = (seed: number): number => [...plantedBy(seed)].filter((word) => missing.has(word)).length;
  const chosen: number[] = [];
  while (missing.size > 0) {
    const [best] = Array.from({ length: 100 }, (_, index) => index + 1).toSorted((a, b) => gainOf(b) - gainOf(a));
    if (best === undefined || gainOf(best) === 0) throw new Error(`no plant has ${[...missing].join()}`);
    for (const word of plantedBy(best)) missing.delete(word);
    chosen.push(best);
  }
  return chosen;
};

const seeds = SEEDS === undefined ? fewSeeds() : Array.from({ length: Number(SEEDS) }, (_, index) => FIRST + index);

jest.setTimeout(120_000 + (seeds.length + 1) * 60_000);

describe('what is planted', () => {
  let proof: FinanceProof;
  beforeAll(async () => {
    proof = await FinanceProof.start();
  });
  afterAll(() => proof.stop());

  it(`is what a reconciliation finds, by type and by what it is about, of ${seeds.length} seeds`, async () => {
    const began = performance.now();
    const types = new Set<string>();
    const needed = new Set<Rule>();
    let findings = 0;
    /** A judge without one of them is found out. */
    const showNeeded = async (compared: Compared): Promise<void> => {
      const found = new Set(compared.key.findings.map(({ type }) => type));
      for (const rule of RULES.filter((each) => !needed.has(each) && each.types.some((type) => found.has(type)))) {
        expect([rule.types, (await proof.wrongWithout(rule, compared)) > 0]).toEqual([rule.types, true]);
        needed.add(rule);
      }
    };
    for (const seed of seeds) {
      await proof.clear();
      const compared = await proof.compare(seed, ORDERS);
      expect({ seed, ...differenceOf(compared) }).toEqual({ seed, missed: [], surplus: [] });
      await showNeeded(compared);
      const claimed = await proof.compareClaims(compared);
      expect({ seed, ...differenceOf(claimed) }).toEqual({ seed, missed: [], surplus: [] });
      await showNeeded(claimed);
      const credited = await proof.compareCredits(claimed);
      expect({ seed, ...differenceOf(credited) }).toEqual({ seed, missed: [], surplus: [] });
      expect(await proof.verify()).toMatchObject({ agrees: true });
      for (const { type } of [...compared.key.findings, ...claimed.key.findings]) types.add(type);
      findings += compared.key.findings.length + claimed.key.findings.length;
    }
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    process.stdout.write(
      `    ${seeds.length} plants of ${ORDERS} orders: ${findings} findings of ${types.size} types, none missed, none false; ` +
        `a judge without one of ${needed.size} rules found out each time; ${seconds} s\n`,
    );
    if (SEEDS === undefined) expect(RULES.filter((rule) => !needed.has(rule)).map(({ types: its }) => its)).toEqual([]);
  });

  it('in the books, past their guards, is found order by order, and by nothing else, until it is taken back', async () => {
    await proof.clear();
    const compared = await proof.compare(seeds[0] ?? 1, ORDERS);
    expect(differenceOf(compared)).toEqual({ missed: [], surplus: [] });
    const { altered, takeBack } = await proof.alterBooks(compared);
    const found = await proof.compareAgain(compared, altered);
    expect([altered.length, differenceOf(found)]).toEqual([5, { missed: [], surplus: [] }]);
    expect(await proof.verify()).toMatchObject({ agrees: false, wrong: 5 });
    const wrong = (await proof.of('cnaught').breaks()).filter(({ type }) => type === 'ledger_disagrees');
    expect(
      wrong.map(({ facts }) => facts.map(({ field }) => field).join()).toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(EXPECTED_FACTS);
    await takeBack();
    expect(differenceOf(await proof.compareAgain(compared, []))).toEqual({ missed: [], surplus: [] });
    const after = (await proof.of('cnaught').breaks()).filter(({ type }) => type === 'ledger_disagrees');
    expect(after.map(({ status }) => status)).toEqual(Array(5).fill('cleared'));
  });

  it('is every type that can be made', () => {
    const planted = new Set<string>([
      ...Object.values(PLANTS).flatMap(({ finds }) => finds),
      ...EXTRAS,
      ...Object.values(INVOICING).flat(),
      ...Object.keys(SHOWN_OTHERWISE),
      // Of a line; of an order that is left in doubt; of what is claimed back; of books that somebody has altered.
      'reference_conflict',
      'in_doubt_at_cut_off',
      'refund_expected',
      'refund_overdue',
      'ledger_disagrees',
      // Of a pool, for longer than a month.
      'pool_unallocated',
    ]);
    expect([...planted].toSorted()).toEqual(Object.keys(BREAKS).toSorted());
  });
});

const differenceOf = ({
  missed,
  surplus,
}: {
  readonly missed: readonly string[];
  readonly surplus: readonly string[];
}) => ({
  missed,
  surplus,
});
