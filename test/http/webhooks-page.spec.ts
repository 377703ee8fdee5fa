import { readFileSync } from 'node:fs';
import { freePort } from '../support/free-port.js';
import { programIn, ReadersProject } from '../support/readers-project.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const PAGE = readFileSync('docs/webhooks.md', 'utf8');

interface Told {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
}

/** docs/webhooks.md as it stands, done by somebody who receives. No line of its programs is repeated here. */
describe('by the page for receivers', () => {
  let gateway: ServedGateway;
  let project: ReadersProject;

  beforeAll(async () => {
    gateway = await ServedGateway.start({ role: 'all', pollDelaysMs: [100] });
    project = await ReadersProject.make();
    await project.install('node_modules');
  });
  afterAll(async () => {
    await project.close();
    await gateway.stop();
  });

  const fileOf = (mark: string): Promise<string> => project.write(`${mark}.ts`, programIn(PAGE, mark));
  const start = async (mark: string, env: NodeJS.ProcessEnv) => project.start(await fileOf(mark), env);
  const first = async (program: Awaited<ReturnType<typeof start>>, count: number): Promise<Told[]> =>
    (await program.first(count)).map((line) => JSON.parse(line) as Told);
  const feed = async (): Promise<Told[]> =>
    ((await gateway.get('/v1/events').query({ limit: 500 })).body as { data: Told[] }).data;
  /** Its events are created, submitting, placed. */
  const place = async (): Promise<string> => (await gateway.client.placeOrder(SMALL_ORDER)).id;
  const placedEvents = 3;

  it.each(['receiver', 'catch-up'])('%s has at most ten lines, and its types are right', async (mark) => {
    const lines = programIn(PAGE, mark)
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(project.typeProblemsIn(await fileOf(mark))).toEqual([]);
  });

  it('the receiver takes what is signed, refuses what is not, and has what the feed has, word for word', async () => {
    const port = await freePort();
    const target = `http://127.0.0.1:${port}/offset-events`;
    const { secret } = await gateway.client.createWebhookEndpoint({ url: target });
    const receiver = await start('receiver', { WEBHOOK_SECRET: secret ?? '', PORT: String(port) });
    const orderId = await place();
    const told = await first(receiver, placedEvents);
    const { text } = await gateway.get('/v1/events').query({ order_id: orderId });
    for (const line of receiver.told) expect(text).toContain(line);
    expect(told.map(({ sequence }) => sequence).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    const forged = await fetch(target, { method: 'POST', body: receiver.told[0] ?? '' });
    expect(forged.status).toBe(400);
    expect(receiver.told).toHaveLength(placedEvents);
  });

  it('the loop reads everything, goes on from where it was, and hears of what happens next', async () => {
    await place();
    const before = await feed();
    const env = { GATEWAY_URL: gateway.url, API_KEY: gateway.key };
    const once = await start('catch-up', env);
    expect(await first(once, before.length)).toEqual(before);
    await once.stop();
    const missed = await place();
    const again = await start('catch-up', { ...env, AFTER: before.at(-1)?.id });
    expect(await first(again, placedEvents)).toEqual((await feed()).slice(before.length));
    const next = await place();
    const heard = (await first(again, 2 * placedEvents)) as (Told & { data: { order: { id: string } } })[];
    expect(heard.map(({ data }) => data.order.id)).toEqual([missed, missed, missed, next, next, next]);
  });

  it('the README shows the same receiver', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(programIn(PAGE, 'receiver'));
  });
});
