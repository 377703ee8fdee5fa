import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { WebhookReceiver } from '../../test/support/webhook-receiver.js';
import { TargetGuard, type Resolve } from './target-guard.js';
import { vettedAgents } from './vetted-agent.js';
import { WebhookSender, type Outgoing, type Sent } from './webhook-sender.js';

const SECRETS = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const MESSAGE = { id: 'evt_1', body: '{"type":"order.placed","text":"é"}' };
const PUBLIC = '93.184.216.34';

const verify = (secret: Buffer, { body, headers }: { body: string; headers: Readonly<Record<string, string>> }) =>
  new Webhook(secret.toString('base64')).verify(body, headers);

let receiver: WebhookReceiver;
beforeEach(async () => (receiver = await WebhookReceiver.start()));
afterEach(() => receiver.stop());

const send = (
  target: string,
  { resolve, limitMs, ...more }: Partial<Outgoing> & { resolve?: Resolve; limitMs?: number } = {},
): Promise<Sent> => {
  const guard = new TargetGuard({ allowsLoopback: true }, resolve);
  return new WebhookSender(guard, limitMs).send({ target, message: MESSAGE, secrets: SECRETS, ...more });
};

it('sends the message with a signature by each secret', async () => {
  receiver.answer = (response) => response.writeHead(200).end('thanks');
  const sent = await send(`${receiver.url}?a=1`);
  expect(sent).toMatchObject({ status: 200, failure: null, answer: 'thanks' });
  const [request] = receiver.received;
  expect(request).toMatchObject({ path: '/hooks?a=1', body: MESSAGE.body });
  expect(request?.headers).toMatchObject({ 'webhook-id': 'evt_1', 'content-type': 'application/json' });
  for (const secret of SECRETS) expect(() => verify(secret, request!)).not.toThrow();
  expect(() => verify(Buffer.alloc(32, 3), request!)).toThrow();
});

it.each([301, 302, 303, 307, 308])('does not follow a %d', async (status) => {
  const other = await WebhookReceiver.start();
  receiver.answerWith(status, { location: other.url });
  expect(await send(receiver.url)).toMatchObject({ status, failure: 'redirected' });
  expect(other.connections).toBe(0);
  await other.stop();
});

it.each([100, 199, 304, 400, 404, 410, 429, 500, 503].filter((status) => status >= 300))(
  'takes a %d for no delivery',
  async (status) => {
    receiver.answerWith(status);
    expect(await send(receiver.url)).toMatchObject({ status, failure: status < 400 ? 'redirected' : 'refused' });
  },
);

it('keeps the beginning of an answer that is long, and reads no more of it', async () => {
  receiver.answer = (response) => {
    response.writeHead(500);
    const fill = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', fill);
    fill();
  };
  const { answer, status } = await send(receiver.url);
  expect([status, answer]).toEqual([500, 'x'.repeat(4_096)]);
});

it('counts what was accepted as delivered, even if the answer does not end', async () => {
  receiver.answer = (response) => void response.writeHead(200).write('so far\0');
  const sent = await send(receiver.url, { limitMs: 300 });
  expect(sent).toMatchObject({ status: 200, failure: null, answer: 'so far\uFFFD' });
});

it('gives up on a receiver that does not answer', async () => {
  receiver.answer = () => undefined;
  expect(await send(receiver.url, { limitMs: 300 })).toMatchObject({
    status: null,
    failure: 'timed_out',
    answer: null,
  });
});

it('ends at once when it is told to stop', async () => {
  const stop = new AbortController();
  receiver.answer = () => stop.abort();
  const sender = new WebhookSender(new TargetGuard({ allowsLoopback: true }));
  await expect(
    sender.send({ target: receiver.url, message: MESSAGE, secrets: SECRETS }, stop.signal),
  ).rejects.toThrow();
});

it('tells a receiver that is not there from one that breaks off', async () => {
  receiver.answer = (response) => response.socket?.destroy();
  expect((await send(receiver.url)).failure).toBe('connection_lost');
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect((await send(`http://127.0.0.1:${port}/`)).failure).toBe('unreachable');
  expect((await send(receiver.url.replace('http', 'https'))).failure).toBe('tls_failed');
});

describe('reaches nothing of this machine', () => {
  const reached = async (target: (port: number) => string, resolve: Resolve): Promise<[Sent['failure'], number]> => {
    const { failure } = await send(target(receiver.port), { resolve });
    return [failure, receiver.connections];
  };

  it.each([
    ['a name of it', (port: number) => `https://hooks.example.com:${port}/`, ['127.0.0.1']],
    ['a name of it on an allowed port', () => 'https://hooks.example.com/', ['127.0.0.1']],
    ['a name with a public address, too', () => 'https://hooks.example.com/', [PUBLIC, '::1']],
    ['a name with a mapped address', () => 'https://hooks.example.com/', ['::ffff:127.0.0.1']],
    ['a name of another family', () => 'https://hooks.example.com/', ['fe80::1%lo']],
    ['a user before it', (port: number) => `http://hooks.example.com@127.0.0.1:${port}/`, [PUBLIC]],
    ['its address in the network', (port: number) => `http://0.0.0.0:${port}/`, [PUBLIC]],
    ['its address as IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/`, [PUBLIC]],
    ['no TLS to a name', (port: number) => `http://localhost.example.com:${port}/`, ['127.0.0.1']],
  ])('by %s', async (_, target, addresses) => {
    expect(await reached(target, () => Promise.resolve(addresses))).toEqual(['target_not_allowed', 0]);
  });

  it('where the name leads elsewhere the second time', async () => {
    const answers = [[PUBLIC], ['127.0.0.1']];
    const looks: string[] = [];
    const guard = new TargetGuard({ allowsLoopback: false }, (host) => {
      looks.push(host);
      return Promise.resolve(answers.shift() ?? []);
    });
    const sender = new WebhookSender(guard, 300);
    const outgoing = { target: 'https://hooks.example.com:8443/', message: MESSAGE, secrets: SECRETS };
    const failures = [(await sender.send(outgoing)).failure, (await sender.send(outgoing)).failure];
    // One look for each request, and what it said was dialled: the first did not go through, but not for what it was.
    expect([looks.length, failures[0] === 'target_not_allowed', failures[1]]).toEqual([2, false, 'target_not_allowed']);
    expect(receiver.connections).toBe(0);
  });

  it('through a proxy that the environment names', async () => {
    const proxy = await WebhookReceiver.start();
    const names = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`;
    try {
      expect((await send(receiver.url)).failure).toBeNull();
      await send('https://hooks.example.com/', { resolve: () => Promise.resolve([PUBLIC]), limitMs: 300 });
      expect(proxy.connections).toBe(0);
    } finally {
      names.forEach((name, n) =>
        before[n] === undefined ? delete process.env[name] : (process.env[name] = before[n]),
      );
      await proxy.stop();
    }
  });

  it('over a connection that leads elsewhere than was vetted', async () => {
    const { httpAgent } = vettedAgents([PUBLIC]);
    const { request } = await import('node:http');
    const failed = await new Promise<Error>((resolve) =>
      request(receiver.url, { agent: httpAgent, method: 'POST' }).on('error', resolve).end(MESSAGE.body),
    );
    expect([failed.message, receiver.received]).toEqual(['target not allowed', []]);
  });
});
