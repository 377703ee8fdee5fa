import fc from 'fast-check';
import { grams } from '../mass.js';
import type { Retirement } from '../providers/calls.js';
import { nameOfLot } from './lot.js';
import { wantedOutcome } from './proof.js';
import { toldProofs, type ToldRetirements } from './told-proofs.js';

const AT = new Date('2026-11-26T12:00:00Z');
const ORDERED = grams(100_000);

const retirement = (mass: number | null, serial: string | null, more: Partial<Retirement> = {}): Retirement => ({
  project: 'Forest',
  registry: 'Sandbox Registry',
  vintage: null,
  mass: mass === null ? null : grams(mass),
  serialNumberRange: serial,
  url: null,
  transactionHash: null,
  ...more,
});
const told = (...events: readonly (readonly Retirement[])[]) =>
  toldProofs(
    ORDERED,
    events.map((retirements, index) => ({ sequence: index + 3, occurredAt: AT, retirements })),
  );
const shown = (...events: readonly (readonly Retirement[])[]) =>
  told(...events).map(({ sequence, part, serial, mass }) => [sequence, part, serial, mass]);

describe('the proofs that a history tells', () => {
  it('are one for each lot, with what all retirements have of it', () => {
    expect(shown([retirement(60_000, 'A'), retirement(30_000, 'B'), retirement(10_000, 'a')])).toEqual([
      [3, 1, 'a', 70_000],
      [3, 2, 'B', 30_000],
    ]);
  });

  it('are told once, however often, and again with another mass', () => {
    const before = [retirement(100_000, null)];
    const known = [retirement(60_000, 'A'), retirement(40_000, 'B')];
    expect(shown(before, known, known, [known[0]!, retirement(30_000, 'B')])).toEqual([
      [4, 1, 'A', 60_000],
      [4, 2, 'B', 40_000],
      [6, 1, 'B', 30_000],
    ]);
  });

  it('have what the others leave, where nobody tells it of one', () => {
    expect(shown([retirement(60_000, null), retirement(null, 'A')])).toEqual([[3, 1, 'A', 40_000]]);
    expect(shown([retirement(100_000, null), retirement(null, 'A')])).toEqual([[3, 1, 'A', null]]);
  });

  it('are not verified where nobody tells it of several', () => {
    const proofs = told([retirement(null, '1-1-9-VCU-1-A-US-1-01012020-31122020-0'), retirement(null, 'B')]);
    expect(proofs.map((proof) => wantedOutcome(proof))).toEqual(['serial_unverified', 'serial_unverified']);
  });

  it('are transactions, too, and nothing that only an address leads to', () => {
    const [proof, ...others] = told([
      retirement(60_000, null, { transactionHash: '0xAB' }),
      retirement(40_000, null, { url: 'https://registry.example/1' }),
    ]);
    expect([proof?.lot.registry, proof?.serial, others]).toEqual(['on_chain', '0xAB', []]);
  });

  it('stay what they were when the history goes on, each with a name that no other has', () => {
    const anEvent = fc.array(
      fc
        .tuple(fc.constantFrom(null, 1, 40_000, 100_000, 1e15), fc.constantFrom(null, 'A', 'B', 'C'))
        .map(([mass, serial]) => retirement(mass, serial)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(anEvent, { maxLength: 6 }), (histories) => {
        const events: ToldRetirements[] = histories.map((retirements, index) => ({
          sequence: index + 1,
          occurredAt: AT,
          retirements,
        }));
        const all = toldProofs(ORDERED, events);
        for (let count = 0; count <= events.length; count += 1)
          expect(toldProofs(ORDERED, events.slice(0, count))).toEqual(all.filter(({ sequence }) => sequence <= count));
        const names = all.map(({ sequence, part }) => `${sequence}.${part}`);
        expect(new Set(names).size).toBe(names.length);
        const claims = all.map(({ lot, mass }) => `${nameOfLot(lot)} ${mass}`);
        expect(new Set(claims).size).toBe(claims.length);
      }),
    );
  });
});
