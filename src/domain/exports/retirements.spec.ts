import fc from 'fast-check';
import { grams, type Grams } from '../mass.js';
import type { Retirement } from '../providers/calls.js';
import { Disclosure, DISCLOSED_BY } from './disclosure.js';
import { lineOf } from './export-kind.js';
import { ProjectBook } from '../projects/project-book.js';
import type { ProjectFacts } from '../projects/project-facts.js';
import { inventoryOf as rowsOf, RETIREMENTS, type RetiredOrder, type RetirementRow } from './retirements.js';

const retirement = (mass: Grams | null, more: Partial<Retirement> = {}): Retirement => ({
  project: null,
  registry: 'Verra',
  vintage: 2021,
  serialNumberRange: null,
  url: null,
  transactionHash: null,
  mass,
  ...more,
});

const order = (mass: number, retirements: readonly Retirement[], more: Partial<RetiredOrder> = {}): RetiredOrder => ({
  orderId: 'ord_1',
  tenantId: 'ten_1',
  provider: 'cnaught',
  providerOrderId: 'x',
  paymentMethod: 'account',
  retiredOn: '2026-08-01',
  retiredOnSource: 'observed',
  mass: grams(mass),
  isProven: false,
  claims: [],
  retirements,
  certificateUrl: null,
  cost: { asset: 'USD/6', units: 1_000_001n },
  labels: {},
  timelineUrl: '/',
  ...more,
});

const facts = (more: Partial<ProjectFacts>): ProjectFacts => ({
  registry: 'verra',
  registryProjectId: 'VCS-1748',
  validFrom: '2026-01-01',
  name: null,
  country: 'KE',
  standard: 'VCS',
  methodology: 'VM0042',
  activity: 'removal',
  sink: 'biogenic',
  article6Adjusted: false,
  ccpLabel: true,
  source: 'The registry',
  ...more,
});
const SERIAL = '5212-101-102-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1';

const inventoryOf = (of: RetiredOrder, ...known: readonly ProjectFacts[]): readonly RetirementRow[] =>
  rowsOf(of, new ProjectBook(known));

const cellsOf = (row: RetirementRow | undefined, ...names: readonly string[]): readonly (string | null)[] =>
  names.map((name) => RETIREMENTS.columns.find((column) => column.name === name)!.of(row!));

describe('the inventory of an order', () => {
  it('has a line for each retirement, with its part of the cost, where all masses are told', () => {
    const rows = inventoryOf(order(3_000, [retirement(grams(1_000), { project: 'A' }), retirement(grams(2_000))]));
    expect(rows.map(({ mass, cost, retirement: { project } }) => [mass, cost?.units, project])).toEqual([
      [1_000, 333_334n, 'A'],
      [2_000, 666_667n, null],
    ]);
  });

  it.each([
    ['a mass is missing', [retirement(grams(1_000)), retirement(null)]],
    ['the masses come to something else', [retirement(grams(1_000)), retirement(grams(1_000))]],
    ['there is one', [retirement(null)]],
  ])('has one line where %s, with what all agree on', (_, retirements) => {
    const rows = inventoryOf(order(3_000, retirements));
    expect(rows).toMatchObject([{ mass: 3_000, retirement: { registry: 'Verra', vintage: 2021 } }]);
  });

  it('says nothing on which they do not agree, and that it is missing', () => {
    const [row] = inventoryOf(order(3_000, [retirement(null), retirement(null, { registry: 'Puro' })]));
    expect(row?.retirement).toMatchObject({ registry: null, vintage: 2021 });
    expect(RETIREMENTS.missingOf(row!)).toEqual(expect.arrayContaining(['registry', 'country', 'claimant']));
    expect(RETIREMENTS.missingOf(row!)).not.toContain('vintage');
    expect(lineOf(RETIREMENTS, row!)).toContain(',2021,');
  });

  it('comes to the mass and the cost of the order, however it is divided', () => {
    const masses = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(masses, fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (parts, units) => {
        const whole = parts.reduce((sum, part) => sum + part, 0);
        const cost = { asset: 'USD/6', units } as const;
        const rows = inventoryOf(
          order(
            whole,
            parts.map((part) => retirement(grams(part))),
            { cost },
          ),
        );
        expect(rows.reduce((sum, { mass }) => sum + mass, 0)).toBe(whole);
        expect(rows.reduce((sum, row) => sum + (row.cost?.units ?? 0n), 0n)).toBe(units);
      }),
    );
  });
});

describe('the project of a retirement', () => {
  const DISCLOSED = [
    'registry_project_id',
    'standard',
    'country',
    'in_eu',
    'activity',
    'sink',
    'article6_adjusted',
    'ccp_label',
  ];
  const named = (more: Partial<RetiredOrder> = {}) =>
    order(2_000_000, [retirement(grams(2_000_000), { serialNumberRange: SERIAL })], more);

  it('is what serial numbers name, with what was entered of it, however its id was written', () => {
    const [row] = inventoryOf(named(), facts({}));
    expect(cellsOf(row, ...DISCLOSED)).toEqual(['1748', 'VCS', 'KE', 'false', 'removal', 'biogenic', 'false', 'true']);
    expect(RETIREMENTS.missingOf(row!)).toEqual(['claimant', 'project_name']);
  });

  it('is another one where only the digits, or only the registry, are the same', () => {
    for (const other of [{ registry: 'puro' }, { registryProjectId: '17480' }])
      expect(inventoryOf(named(), facts(other))[0]?.facts).toBeNull();
    expect(cellsOf(inventoryOf(named())[0], ...DISCLOSED)).toEqual(['1748', ...Array<null>(7).fill(null)]);
  });

  it.each([
    ['before the first day of any', '2025-12-31', null],
    ['on the first day', '2026-01-01', 'KE'],
    ['on the day before something else is so', '2026-06-30', 'KE'],
    ['on that day, as it was entered last', '2026-07-01', 'FR'],
    ['after it', '2027-01-01', 'FR'],
  ])('was so %s', (_, retiredOn, country) => {
    const since = '2026-07-01';
    const known = [{ country: 'DE', validFrom: since }, {}, { country: 'FR', validFrom: since }].map(facts);
    const [row] = inventoryOf(named({ retiredOn }), ...known);
    expect(cellsOf(row, 'country', 'in_eu')).toEqual([country, country && String(country === 'FR')]);
  });

  const claim = (registryProjectId: string | null, mass: number, registry = 'peatland_code') => ({
    registry,
    registryProjectId,
    mass: grams(mass),
  });
  it.each([
    ['one for all of it', [claim('9', 2_000)], '9'],
    ['two of one project', [claim('pc 9', 500), claim('PC 9', 1_500)], 'pc 9'],
    ['less than all of it', [claim('9', 1_999)], null],
    ['one without a project', [claim('9', 1_000), claim(null, 1_000)], null],
    ['two projects', [claim('9', 1_000), claim('8', 1_000)], null],
    ['two registries', [claim('9', 1_000), claim('9', 1_000, 'woodland')], null],
    ['none', [], null],
  ])('is that of its proofs, if they are about all of it: %s', (_, claims, project) => {
    const [row] = inventoryOf(order(2_000, [retirement(null)], { claims }));
    expect(cellsOf(row, 'registry_project_id')).toEqual([project]);
  });

  it('has no sink where it only reduces', () => {
    const [row] = inventoryOf(named(), facts({ activity: 'reduction', sink: null }));
    expect(cellsOf(row, 'sink')).toEqual(['none']);
    expect(RETIREMENTS.missingOf(row!)).not.toContain('sink');
  });
});

describe('what a year comes to', () => {
  it('has shares that add up to a hundred, whatever was retired', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 ** 9 }), { minLength: 1, maxLength: 12 }), (masses) => {
        const disclosure = new Disclosure();
        for (const mass of masses)
          for (const row of inventoryOf(order(mass, [retirement(grams(mass))]))) disclosure.add(row);
        expect(disclosure.retiredGrams).toBe(masses.reduce((sum, mass) => sum + BigInt(mass), 0n));
        for (const by of DISCLOSED_BY) {
          const shares = disclosure.shares(by);
          const hundredths = shares.reduce((sum, { percent }) => sum + Number(percent.replace('.', '')), 0);
          expect(hundredths).toBe(10_000);
        }
      }),
    );
  });

  it('has none of a year without any, and counts what is not known', () => {
    const disclosure = new Disclosure();
    expect(disclosure.shares('activity')).toEqual([]);
    for (const row of inventoryOf(order(1_000, [retirement(grams(1_000))]))) disclosure.add(row);
    expect(disclosure.missingFields).toMatchObject({ country: 1, activity: 1 });
    expect(disclosure.shares('activity')).toEqual([{ value: null, grams: 1_000n, percent: '100.00' }]);
  });
});
