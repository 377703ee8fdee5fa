import { PRICE_SOURCES } from '../../domain/orders/order.js';
import { printable } from '../../domain/printable.js';
import { DISAGREEMENT_FIELDS } from '../../domain/purchases/integrity.js';
import { EVIDENCE_FORMS, type Evidence, type EvidenceForm } from '../../domain/timeline/evidence.js';
import {
  readList,
  readNumberOrNull,
  readObject,
  readText,
  readTextOrNull,
  readWord,
  type ReadJson,
} from '../database/json-columns.js';

const readPrice = readObject({
  amount: readText,
  tax: readTextOrNull,
  currency: readText,
  source: readWord(PRICE_SOURCES),
});

const readDisagreement = readObject({
  field: readWord(DISAGREEMENT_FIELDS),
  ours: readTextOrNull,
  theirs: readTextOrNull,
});

/** A text may come from outside. */
const readShown: ReadJson<string | null> = (value) => (typeof value === 'string' ? printable(value) : null);

/** What is not of the form is left out. */
const READERS = {
  text: readShown,
  integer: readNumberOrNull,
  flag: (value: unknown) => (value === true ? true : null),
  time: (value: unknown) => (typeof value === 'string' ? new Date(value) : null),
  texts: readList((value) => readShown(value) ?? ''),
  price: readPrice,
  disagreements: readList(readDisagreement),
} as const satisfies Readonly<Record<Extract<EvidenceForm, string>, ReadJson<unknown>>>;

const read = (form: EvidenceForm, value: unknown): unknown =>
  typeof form === 'string' ? READERS[form](value) : (form.find((word) => word === value) ?? null);

/** The closed reader of everything that evidence can hold, whatever wrote it. */
export const readEvidence = (value: unknown): Evidence => {
  const facts = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const fields = Object.entries(EVIDENCE_FORMS).flatMap(([field, form]) => {
    const found = Object.hasOwn(facts, field) && facts[field] !== null ? read(form, facts[field]) : null;
    return found === null ? [] : [[field, found] as const];
  });
  return Object.fromEntries(fields);
};
