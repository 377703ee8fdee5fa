import 'reflect-metadata';
import { Expose } from 'class-transformer';

const DESCRIPTIONS = Symbol('descriptions of environment variables');

/**
 * Declares a property as the environment variable of its name and describes it. The example file is generated from
 * this.
 */
export const Variable =
  (description: string): PropertyDecorator =>
  (target, name) => {
    Expose()(target, name);
    const known = (Reflect.getOwnMetadata(DESCRIPTIONS, target.constructor) ?? new Map()) as Map<string, string>;
    Reflect.defineMetadata(DESCRIPTIONS, known.set(String(name), description), target.constructor);
  };

export interface DescribedVariable {
  readonly name: string;
  readonly description: string;
  /** Null if there is no default, so the variable is unset. */
  readonly fallback: string | null;
}

/** The variables of an environment class, in the order they are declared. */
export const variablesOf = (shape: new () => object): DescribedVariable[] => {
  const descriptions = (Reflect.getOwnMetadata(DESCRIPTIONS, shape) ?? new Map()) as Map<string, string>;
  const defaults = new Map<string, unknown>(Object.entries(new shape()));
  return [...descriptions].map(([name, description]) => {
    const fallback = defaults.get(name);
    return { name, description, fallback: isWritten(fallback) ? String(fallback) : null };
  });
};

const isWritten = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
