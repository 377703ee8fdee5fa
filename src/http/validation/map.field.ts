import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Check, type Reason } from './check.decorator.js';
import { Field, type FieldOptions } from './field.js';
import { isText, NOT_STORABLE, STORABLE } from './text.field.js';

const MAX_ENTRIES = 20;
const MAX_NAME = 40;
const MAX_VALUE = 500;

/** `{name: text}`, the caller's own: few and short entries. */
export const MapField = (options: FieldOptions, notAMap = 'must be an object of texts'): PropertyDecorator =>
  Field(
    {
      type: 'object',
      additionalProperties: { type: 'string', maxLength: MAX_VALUE },
      maxProperties: MAX_ENTRIES,
    } as ApiPropertyOptions,
    options,
    Check((value) => mapReason(value, notAMap)),
  );

const mapReason = (value: unknown, notAMap: string): Reason => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return notAMap;
  const entries = Object.entries(value);
  if (entries.length > MAX_ENTRIES) return `must have at most ${MAX_ENTRIES} entries`;
  if (!entries.every(([name]) => isName(name))) return `must have names of 1 to ${MAX_NAME} visible characters`;
  return entries.map(([, text]) => textReason(text)).find((reason) => reason !== null) ?? null;
};

const isName = (name: string): boolean => name !== '__proto__' && isText(name, { min: 1, max: MAX_NAME });

/** Never shown in public, so any text that can be stored. */
const textReason = (value: unknown): Reason => {
  if (typeof value !== 'string') return 'values must be texts';
  if (!STORABLE.test(value)) return `values ${NOT_STORABLE}`;
  return [...value].length > MAX_VALUE ? `values must have at most ${MAX_VALUE} characters each` : null;
};
