import { anOrder } from '../../../test/support/order-state.js';
import { grams } from '../mass.js';
import { disagreements, wantedFrom, type StatedProof } from './stated-proof.js';

const STATED: StatedProof = {
  registry: 'Verra',
  serial: '5212-101-102-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1',
  mass: grams(100_000),
  wholeMass: null,
  beneficiary: 'Jane Smith',
  project: 'Mix',
  registryProjectId: null,
  documentSha256: 'ab',
};
const ORDER = anOrder();
const fieldsOf = (stated: Partial<StatedProof>, order = ORDER): readonly string[] =>
  Object.keys(disagreements(order, { ...STATED, ...stated }) ?? {});

describe('a document that a person has entered', () => {
  it('agrees with the order that it is about, however it is written', () => {
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ beneficiary: ' JANE  smith', project: 'mix ', mass: grams(1) })).toEqual([]);
    expect(fieldsOf({ registryProjectId: 'VCS-1748' })).toEqual([]);
    const forest = { ...ORDER.retirements[0], project: 'Forest' } as (typeof ORDER.retirements)[number];
    expect(fieldsOf({ project: 'forest' }, { ...ORDER, retirements: [forest] })).toEqual([]);
  });

  it.each<[string, Partial<StatedProof>]>([
    ['beneficiary', { beneficiary: 'Jane Smyth' }],
    ['mass', { mass: grams(100_001) }],
    ['project', { project: 'Another' }],
    ['project', { registryProjectId: '1749' }],
  ])('disagrees in its %s', (field, stated) => {
    expect(fieldsOf(stated)).toEqual([field]);
  });

  it('is held against no name that was erased', () => {
    const erased = { ...ORDER, beneficiary: { name: 'erased', email: null }, personalDataErasedAt: new Date() };
    expect(fieldsOf({}, erased)).toEqual([]);
  });

  it('has as much as its serial numbers say, or as it says itself', () => {
    expect(wantedFrom(STATED)).toMatchObject({ capacityGrams: 2_000_000n, lot: { registryProjectId: '1748' } });
    const certificate = { ...STATED, serial: 'PC-17', registryProjectId: '9' };
    expect(wantedFrom(certificate)).toMatchObject({ capacityGrams: 100_000n, lot: { registryProjectId: '9' } });
    expect(wantedFrom({ ...certificate, wholeMass: grams(500_000) })).toMatchObject({ capacityGrams: 500_000n });
  });
});
