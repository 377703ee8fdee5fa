import { getMetadataStorage, validateSync, ValidationTypes, type ValidationError } from 'class-validator';
import { HttpProblem, invalidFields } from '../problems/http-problem.js';

export type RequestShape<T extends object = object> = new () => T;

/**
 * Makes an instance of a request class of untrusted JSON, and refuses what its decorators do not allow: fields it does
 * not have, values that break a rule. Throws HttpProblem with every wrong field at once.
 *
 * Fields are copied one by one, only those the class declares, instead of by class-transformer: that drops an unknown
 * field called `toString` without a word, and calls `new` on the value of one called `constructor`.
 */
export const readRequest = <T extends object>(shape: RequestShape<T>, wire: unknown): T => {
  if (!isObject(wire)) throw new HttpProblem('invalid_request', 'The body must be a JSON object.');
  const errors = new Map<string, string[]>();
  const request = copy(shape, wire, '', errors);
  const broken = validateSync(request, { forbidUnknownValues: false, stopAtFirstError: true });
  for (const error of broken) collect(error, '', errors);
  if (errors.size > 0) throw invalidFields(Object.fromEntries(errors));
  return request;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const copy = <T extends object>(
  shape: RequestShape<T>,
  wire: Record<string, unknown>,
  path: string,
  errors: Map<string, string[]>,
): T => {
  const request = new shape();
  const fields = fieldsOf(shape);
  for (const [name, value] of Object.entries(wire)) {
    const at = path + shownName(name);
    const field = fields.get(name);
    if (!field) errors.set(at, ['is not a field of this request']);
    else
      Object.assign(request, {
        [name]: field.part && isObject(value) ? copy(field.part, value, `${at}.`, errors) : value,
      });
  }
  return request;
};

interface Known {
  /** The class of a field that is an object with fields of its own. */
  readonly part: RequestShape | null;
}

const known = new WeakMap<RequestShape, ReadonlyMap<string, Known>>();

const fieldsOf = (shape: RequestShape): ReadonlyMap<string, Known> => {
  const kept = known.get(shape);
  if (kept) return kept;
  const fields = new Map<string, Known>();
  for (const { propertyName, type } of getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false)) {
    const isPart = type === ValidationTypes.NESTED_VALIDATION || fields.get(propertyName)?.part;
    const declared: unknown = Reflect.getMetadata('design:type', shape.prototype as object, propertyName);
    fields.set(propertyName, { part: isPart ? (declared as RequestShape) : null });
  }
  known.set(shape, fields);
  return fields;
};

const collect = (
  { property, constraints, children }: ValidationError,
  path: string,
  errors: Map<string, string[]>,
): void => {
  const at = path + property;
  const reasons = Object.values(constraints ?? {});
  if (reasons.length > 0) errors.set(at, reasons);
  for (const child of children ?? []) collect(child, `${at}.`, errors);
};

/** Field names come from outside too. */
const shownName = (name: string): string => name.replaceAll(/[^\w.[\]-]/g, '?').slice(0, 100);
