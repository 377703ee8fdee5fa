import { Injectable, ValidationPipe, type ValidationError } from '@nestjs/common';
import { invalidFields, type HttpProblem } from '../problems/http-problem.js';
import { requestFrom, unknownFieldsOf } from './request-instance.js';

/**
 * Nest's ValidationPipe: bodies and queries that are declared as a request class arrive as a valid instance of it.
 * Refuses with one HttpProblem that lists every wrong field.
 *
 * Instances are made by `requestFrom`: class-transformer drops an unknown field called `toString` without a word and
 * calls `new` on the value of one called `constructor`, and class-validator's whitelist takes both for known fields.
 */
@Injectable()
export class RequestPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: problemFrom,
      transformerPackage: { plainToInstance: requestFrom, classToPlain: (request) => ({ ...(request as object) }) },
    });
  }

  protected override async validate(...args: Parameters<ValidationPipe['validate']>): Promise<ValidationError[]> {
    return [...unknownFieldsOf(args[0]), ...(await super.validate(...args))];
  }

  /** Nothing is stripped: `__proto__` is refused as an unknown field, and a label may be called `constructor`. */
  protected override stripProtoKeys(): void {}
}

const problemFrom = (errors: readonly ValidationError[]): HttpProblem =>
  invalidFields(Object.fromEntries(errors.flatMap((error) => reasonsIn(error, ''))));

const reasonsIn = ({ property, constraints, children = [] }: ValidationError, path: string): [string, string[]][] => [
  ...(constraints ? [[path + property, Object.values(constraints)] satisfies [string, string[]]] : []),
  ...children.flatMap((child) => reasonsIn(child, `${path}${property}.`)),
];
