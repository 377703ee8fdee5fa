import { randomUUID } from 'node:crypto';
import { CreateOperator } from '../../../src/application/access/create-operator.js';
import type { Role } from '../../../src/domain/operators/operator.js';
import { BY_TESTER } from '../../support/launcher.js';
import { Documentation } from '../documentation.js';
import { ServedGateway, SMALL_ORDER } from '../served-gateway.js';

export interface Page<Row> {
  readonly data: Row[];
  readonly next_cursor: string | null;
}

export interface Person {
  readonly id: string;
  readonly key: string;
}

/** A gateway with operators at it, for the specs of one file. Every response is held against the document. */
export const useOpsGateway = () => {
  let gateway: ServedGateway;
  let docs: Documentation;
  let ann: Person;
  let viewer: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    docs = await Documentation.of(gateway);
    ann = await newOperator('Ann', 'operator');
    viewer = (await newOperator('Vi', 'viewer')).key;
  });
  afterAll(() => gateway.stop());

  const newOperator = async (name: string, role: Role) => {
    const wanted = { name, email: `${name.toLowerCase()}@example.com`, role };
    const created = await gateway.app.get(CreateOperator).run(wanted, 'dev', BY_TESTER);
    if (!created) throw new Error('there is one already');
    return { id: created.operator.id, key: created.key };
  };
  const read = async <Body>(path: string, template = path.split('?')[0] ?? path): Promise<Body> => {
    const { status, body } = (await docs.documented(template, gateway.get(path, viewer))) as {
      status: number;
      body: unknown;
    };
    expect([status, body]).toEqual([200, expect.anything()]);
    return body as Body;
  };
  const act = (path: string, body?: object, key = ann.key, idempotencyKey: string = randomUUID()) =>
    docs.documented(
      path.replace(/ord_\w+/, '{id}'),
      gateway.post(path, key).set('idempotency-key', idempotencyKey).send(body),
    );
  const place = async (
    more: object = {},
    key: string = randomUUID(),
  ): Promise<{ id: string; provider_order_id: string }> =>
    (await gateway.order({ ...SMALL_ORDER, ...more }, key).expect(201)).body as {
      id: string;
      provider_order_id: string;
    };

  return {
    get gateway() {
      return gateway;
    },
    get docs() {
      return docs;
    },
    /** An operator. */
    get ann() {
      return ann;
    },
    /** The key of one who may only look. */
    get viewer() {
      return viewer;
    },
    newOperator,
    read,
    act,
    place,
  };
};
