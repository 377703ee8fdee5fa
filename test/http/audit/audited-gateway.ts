import { randomUUID } from 'node:crypto';
import type { ActType } from '../../../src/domain/audit/act-states.js';
import { runCommand } from '../../support/command-line.js';
import { ServedGateway, SMALL_ORDER } from '../served-gateway.js';

export interface Row {
  readonly number: number;
  readonly act: ActType;
  readonly subject?: string;
  readonly before?: object;
  readonly after?: object;
  readonly outcome: string;
}

/** A gateway whose audit is looked at, for the specs of one file. */
export const useAuditedGateway = () => {
  let gateway: ServedGateway;
  let keyId: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    keyId = gateway.key.split('_')[2] ?? '';
  });
  afterAll(() => gateway.stop());

  const cli = async <Printed>(...args: string[]): Promise<Printed> =>
    (await runCommand<Printed>(gateway.database.applicationUrl, ...args)).printed;
  const list = (...filter: string[]) => cli<Row[]>('audit', 'list', ...filter);
  const recordedAfter = async (number: number): Promise<Record<string, unknown>[]> => {
    const rows = await gateway.rows('SELECT * FROM audit_log WHERE number > $1 ORDER BY number', [number]);
    return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  };
  /** What was recorded while something was done, without what differs from run to run. */
  const recordedBy = async (does: () => Promise<unknown>): Promise<object[]> => {
    const before = (await recordedAfter(0)).length;
    await does();
    return (await recordedAfter(before)).map((row) => {
      const { number: _, id, at, hash: __, ...rest } = row;
      expect([id, at]).toEqual([expect.stringMatching(/^aud_/), expect.any(Date)]);
      return rest;
    });
  };
  const place = async (
    more: object = {},
    requestId: string = randomUUID(),
  ): Promise<{ id: string; provider_order_id: string }> =>
    (
      await gateway
        .order({ ...SMALL_ORDER, ...more })
        .set('x-request-id', requestId)
        .expect(201)
    ).body as { id: string; provider_order_id: string };
  const cancel = (
    id: string,
    requestId: string = randomUUID(),
    key = gateway.key,
    idempotencyKey: string = randomUUID(),
  ) =>
    gateway.post(`/v1/orders/${id}/cancel`, key).set({ 'idempotency-key': idempotencyKey, 'x-request-id': requestId });

  return {
    get gateway() {
      return gateway;
    },
    /** Of the key of its tenant. */
    get keyId() {
      return keyId;
    },
    cli,
    list,
    recordedAfter,
    recordedBy,
    place,
    cancel,
  };
};

export type AuditedGateway = ReturnType<typeof useAuditedGateway>;
