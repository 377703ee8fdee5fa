import { once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyReply } from 'fastify';
import { hungUp } from './hung-up.js';

describe('what is done for a client', () => {
  const server = fastify();
  let arrive: () => void;
  let reply: FastifyReply;
  let signal: AbortSignal;
  const arrival = (): Promise<void> => new Promise((resolve) => (arrive = resolve));
  const url = (): string => `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/`;

  beforeAll(async () => {
    server.get('/', (_, to) => {
      reply = to;
      signal = hungUp(to);
      arrive();
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => server.close());

  it('is aborted when it goes away', async () => {
    const arrived = arrival();
    const client = get(url()).on('error', () => undefined);
    await arrived;
    const aborted = once(signal, 'abort');
    client.destroy();
    await aborted;
  });

  it('is not once it has its response', async () => {
    const arrived = arrival();
    const client = get(url());
    await arrived;
    const closed = once(reply.raw, 'close');
    void reply.send('here');
    const [response] = (await once(client, 'response')) as [NodeJS.ReadableStream];
    response.resume();
    await closed;
    expect(signal.aborted).toBe(false);
  });
});
