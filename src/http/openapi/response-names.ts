import type { OpenAPIObject } from '@nestjs/swagger';

const SCHEMA = /^#\/components\/schemas\/(\w+)Response$/;

/** A response is called after what it is: who writes a client reads `Order`, where this code says `OrderResponse`. */
export const shortenResponseNames = (document: OpenAPIObject): OpenAPIObject =>
  JSON.parse(JSON.stringify(document), function (this: unknown, key: string, value: unknown) {
    if (key === 'schemas') return renamed(value as Record<string, unknown>);
    return typeof value === 'string' && key === '$ref' ? value.replace(SCHEMA, '#/components/schemas/$1') : value;
  }) as OpenAPIObject;

const renamed = (schemas: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name.replace(/Response$/, ''), schema]));
