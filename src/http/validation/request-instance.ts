import type { ValidationError } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { HttpProblem } from '../problems/http-problem.js';

export type RequestClass<T = object> = new () => T;

type JsonObject = Readonly<Record<string, unknown>>;

/** The context that ObjectField and OneOfField give class-validator: how the object in a field is read. */
export interface NestedContext {
  readonly classOf: (wire: JsonObject) => RequestClass;
  /** Why a field that the class does not declare is refused. */
  readonly unknownReason: string;
}

const OPTIONAL = 'a field that may be left out';

/** Null in such a field is as if it was not given, because responses have null where a caller gave nothing. */
export const markOptional = (target: object, property: string | symbol): void =>
  Reflect.defineMetadata(OPTIONAL, true, target, property);

const isOptional = (shape: RequestClass<unknown>, name: string): boolean =>
  Reflect.hasMetadata(OPTIONAL, shape.prototype as object, name);

const UNKNOWN = 'is not a field of this request';

const unknownFields = new WeakMap<object, readonly ValidationError[]>();

/** The fields that the JSON of a request had beyond those of its class, at any depth. */
export const unknownFieldsOf = (request: object): readonly ValidationError[] => unknownFields.get(request) ?? [];

/**
 * Makes an instance of a request class of untrusted JSON, not validated yet. Only declared fields are copied, one by
 * one, so no name that came from outside can hide a method or reach a prototype. Throws HttpProblem unless the JSON is
 * an object.
 */
export const requestFrom = <T>(shape: RequestClass<T>, wire: unknown): T => {
  if (!isObject(wire)) throw new HttpProblem('invalid_request', 'The body must be a JSON object.');
  const unknown: ValidationError[] = [];
  const request = copy(shape, wire, { path: '', reason: UNKNOWN, unknown });
  unknownFields.set(request, unknown);
  return request;
};

interface Reading {
  readonly path: string;
  readonly reason: string;
  readonly unknown: ValidationError[];
}

const copy = <T>(shape: RequestClass<T>, wire: JsonObject, { path, reason, unknown }: Reading): T & object => {
  const request = new shape() as T & object;
  const fields = fieldsOf(shape);
  for (const [name, value] of Object.entries(wire)) {
    const nested = fields.get(name);
    if (value === null && isOptional(shape, name)) continue;
    if (nested === undefined) unknown.push({ property: path + printable(name), constraints: { unknown: reason } });
    else if (nested === null || !isObject(value)) Object.assign(request, { [name]: value });
    else {
      const reading = { path: `${path}${name}.`, reason: nested.unknownReason, unknown };
      Object.assign(request, { [name]: copy(nested.classOf(value), value, reading) });
    }
  }
  return request;
};

const known = new WeakMap<RequestClass<unknown>, ReadonlyMap<string, NestedContext | null>>();

/** The declared fields of a class; null for those that are not an object with fields of its own. */
const fieldsOf = (shape: RequestClass<unknown>): ReadonlyMap<string, NestedContext | null> => {
  const kept = known.get(shape);
  if (kept) return kept;
  const fields = new Map<string, NestedContext | null>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false)) {
    const context = rule.type === ValidationTypes.NESTED_VALIDATION ? (rule.context as NestedContext) : null;
    fields.set(rule.propertyName, context ?? fields.get(rule.propertyName) ?? null);
  }
  known.set(shape, fields);
  return fields;
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Field names come from outside too. */
export const printable = (name: string): string => name.replaceAll(/[^\w.[\]-]/g, '?').slice(0, 100);
