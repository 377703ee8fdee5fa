import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { readRequest, type RequestShape } from './read-request.js';

/** Bodies and queries that are declared as a request class arrive as a valid instance of it. */
@Injectable()
export class RequestPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    const declared = (type === 'body' || type === 'query') && metatype !== undefined && metatype !== Object;
    return declared ? readRequest(metatype as RequestShape, value ?? {}) : value;
  }
}
