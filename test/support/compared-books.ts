import { monthOf } from '../../src/domain/periods/month.js';
import { Books } from './books.js';
import { TestEngine } from './engine.js';
import { Reconciling } from './reconciling.js';

export const HOUR = 3_600_000;

export let engine: TestEngine;
export let books: Books;
export let reconciling: Reconciling;

/** The books of one spec, which has orders at CNaught and compares them. After each test they follow from their events. */
export const compareBooks = (): void => {
  beforeAll(async () => {
    engine = await TestEngine.start({ financeTimeZone: 'UTC', financeApprovalLimit: '1000000.00' });
    books = new Books(engine);
    const periodId = monthOf(new Date(Date.now() - 3 * HOUR), 'UTC');
    reconciling = new Reconciling(engine, { provider: 'cnaught', periodId });
  });
  afterAll(() => engine.stop());
  afterEach(async () => {
    expect(await books.agrees()).toBe(true);
  });
};

/** A line of a statement that is like no other. */
export const lineOf = (kind: string, amount: number, reference = ''): string =>
  reconciling.line(kind, amount.toFixed(2), { reference, text: String(Math.random()) });
