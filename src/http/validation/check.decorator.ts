import { ValidateBy } from 'class-validator';

/** What is wrong with a value, to complete "<field> …"; null if nothing is. Never quotes the value. */
export type Reason = string | null;

/** A rule that class-validator does not have, or whose reason depends on the value or on the rest of the request. */
export const Check = <Request extends object>(
  reason: (value: unknown, request: Request) => Reason,
): PropertyDecorator =>
  ValidateBy({
    name: 'check',
    validator: {
      validate: (value: unknown, args) => reason(value, args?.object as Request) === null,
      defaultMessage: (args) => reason(args?.value, args?.object as Request) ?? '',
    },
  });
