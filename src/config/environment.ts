import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

/** A class with `@Expose()`d, validated properties named as their environment variables. One class per owner. */
export type EnvironmentShape<T extends object> = new () => T;

/** What is wrong with the environment: names and fixes, never a value. */
export class InvalidEnvironmentError extends Error {
  override readonly name = 'InvalidEnvironmentError';

  constructor(readonly problems: readonly string[]) {
    super(
      `Invalid environment:${problems.length === 1 ? ` ${problems[0]}` : problems.map((problem) => `\n  ${problem}`).join('')}`,
    );
  }
}

/**
 * Reads one owner's variables, frozen. An empty variable counts as unset, as compose files write it. Throws
 * InvalidEnvironmentError with every problem of the shape at once.
 */
export const readEnvironment = <T extends object>(shape: EnvironmentShape<T>, env: NodeJS.ProcessEnv): Readonly<T> => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const instance = plainToInstance(shape, given, {
    excludeExtraneousValues: true,
    exposeUnsetFields: false,
    enableImplicitConversion: false,
  });
  const problems = validateSync(instance, { validationError: { target: false, value: false } }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
  if (problems.length > 0) throw new InvalidEnvironmentError(problems);
  return Object.freeze(instance);
};
