import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Response, Test } from 'supertest';
import { testRunDir } from '../support/test-run.js';
import type { ServedGateway } from './served-gateway.js';

interface Content {
  readonly content?: Readonly<Record<string, Media>>;
}

interface Media {
  readonly schema: Schema;
  readonly examples?: Readonly<
    Record<string, { readonly $ref?: string; readonly summary?: string; readonly value?: unknown }>
  >;
}

export interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
  /** Empty where anyone may call. */
  readonly security: readonly unknown[];
  readonly 'x-required-scope'?: string;
  readonly 'x-including-scopes'?: readonly string[];
  readonly 'x-second-scope'?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

/** As much of a schema as requests are made from. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

/** What of a response the document speaks about. */
export type Answer = Pick<Response, 'status' | 'text' | 'headers'>;

const TIME_WITH_MILLISECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * The OpenAPI document of a gateway, to hold against what really goes over the wire. A gateway takes a second to write
 * it, and each writes the same, as `pages.spec.ts` proves: so the first that is asked tells it for the run.
 */
export class Documentation {
  /** What is sent may be any time of RFC 3339; what is answered has milliseconds. */
  private readonly ofRequests = new Ajv2020({ strict: false });
  private readonly ofResponses = new Ajv2020({ strict: false, allErrors: true });

  private constructor(readonly document: OpenApi) {
    for (const ajv of [this.ofRequests, this.ofResponses])
      addFormats.default(ajv).addSchema(closed(document), 'openapi');
    this.ofResponses.addFormat('date-time', TIME_WITH_MILLISECONDS);
  }

  static async of(gateway: Pick<ServedGateway, 'anonymous'>): Promise<Documentation> {
    const file = join(testRunDir(), 'openapi.json');
    const told = await readFile(file, 'utf8').catch(async () => {
      const { text } = await gateway.anonymous.get('/openapi.json').expect(200);
      await writeFile(`${file}.${process.pid}`, text);
      await rename(`${file}.${process.pid}`, file);
      return text;
    });
    return new Documentation(JSON.parse(told) as OpenApi);
  }

  /** The response, after checking that it is as the document says. */
  async documented(path: string, sent: Test): Promise<Response> {
    const response = await sent;
    expect(this.undocumentedIn(sent.method, path, response)).toEqual([]);
    return response;
  }

  /** Where a response differs from the document: nothing may be missing, and nothing there that is not listed. */
  undocumentedIn(method: string, path: string, response: Answer): string[] {
    const operation = this.operationAt(path, method);
    if (!operation) return [`${method} ${path} is not documented`];
    const status = String(response.status);
    const documented = operation.responses[status];
    if (!documented) return [`status ${status} is not documented`];
    if (!documented.content) return response.text ? ['a body is not documented'] : [];
    const type = String(response.headers['content-type']).split(';', 1)[0] ?? '';
    if (!documented.content[type]) return [`type ${type} is not documented`];
    const matches = schemaAt(this.ofResponses, [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      status,
      'content',
      type,
    ]);
    if (matches(/json/.test(type) ? JSON.parse(response.text) : response.text)) return [];
    return (matches.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
  }

  operationAt(path: string, method: string): Operation | undefined {
    return this.document.paths[path]?.[method.toLowerCase()];
  }

  /** Whether the document allows this JSON as the body of a request. */
  allowsBody(path: string, body: unknown, method = 'post'): boolean {
    return schemaAt(this.ofRequests, [
      'paths',
      path,
      method.toLowerCase(),
      'requestBody',
      'content',
      'application/json',
    ])(body);
  }

  /** Where what was sent to an endpoint differs from what the document says of it. */
  undocumentedInMessage(message: unknown): string[] {
    const pointer = ['webhooks', 'event', 'post', 'requestBody', 'content', 'application/json'];
    const matches = schemaAt(this.ofResponses, pointer);
    return matches(message)
      ? []
      : (matches.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  /** For what no operation stands for, such as a method or a path that there is not. */
  isProblem({ text, headers }: Answer): boolean {
    if (!String(headers['content-type']).startsWith('application/problem+json')) return false;
    return this.ofResponses.getSchema('openapi#/components/schemas/Problem')?.(JSON.parse(text)) === true;
  }
}

const schemaAt = (ajv: Ajv2020, pointer: readonly string[]): ValidateFunction => {
  const escaped = [...pointer, 'schema'].map((part) =>
    encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  const validate = ajv.getSchema(`openapi#/${escaped.join('/')}`);
  if (!validate) throw new Error(`there is no schema at ${pointer.join(' ')}`);
  return validate as ValidateFunction;
};

/** With objects that have no other fields than they list: to responses fields may be added, but not unlisted ones. */
export const closed = (document: OpenApi): object =>
  JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    isObjectSchema(value) ? { additionalProperties: false, ...value } : value,
  ) as object;

const isObjectSchema = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'properties' in value && 'type' in value && value.type === 'object';
