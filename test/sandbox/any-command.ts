import * as fc from 'fast-check';
import { FAULT_FIELDS, FAULT_KINDS } from '../../dev/sandbox/fault-fields.js';

/** Commands as nobody would write them, with enough sense in them to be understood in part. */

export const anyId = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', '..', '%zz', '0', '1', 'SbxMix', 'sbx-peat-01'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
);

const WORDS = [
  'fulfilled',
  'COMPLETED',
  'before_effect',
  'after_effect',
  'reset',
  'hang',
  'insert',
  'delete',
  'always',
];
const HOSTILE_TEXTS = [
  '__proto__',
  '__proto__.a',
  'data.length',
  '0',
  '^(',
  '1e9',
  'ftp://localhost/',
  'a\nb',
  '\u0000',
];

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.constantFrom<unknown>(true, false, null, -1, 0, 0.5, 1, 200, 503, 1000, 2 ** 31, 1e15, 1e308),
  fc.jsonValue(),
);

const anyFault = fc.constantFrom(...FAULT_KINDS).chain((kind) => {
  const fields = Object.keys(FAULT_FIELDS[kind]).map((name) => [name, anyValue] as const);
  return fc.record({ kind: fc.constant(kind), ...Object.fromEntries(fields) });
});

const anyRule = fc.record(
  {
    fault: anyFault,
    match: fc.dictionary(fc.constantFrom('method', 'path', 'header', '__proto__'), anyValue),
    times: anyValue,
  },
  { requiredKeys: ['fault'] },
);

const NAMES = ['id', 'to', 'advanceMs', 'apiCentsPerKg', 'checkoutCentsPerKg', 'basePricePerTon', 'url', 'body'];
const MORE_NAMES = ['purchasePriceUsd', 'liquidSupplyKg', 'subaccounts', 'status', '__proto__', 'toJSON', 'length'];

export const anyBody: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: anyRule },
  { weight: 2, arbitrary: fc.dictionary(fc.constantFrom(...NAMES, ...MORE_NAMES), anyValue) },
  fc.json(),
  fc.string({ unit: 'binary' }),
);
