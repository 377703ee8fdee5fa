import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { freePort } from '../support/free-port.js';
import { neutralEnv } from '../support/gateway-process.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

const PAGE = readFileSync('docs/webhooks.md', 'utf8');

/** The program of the page that follows this mark, as it stands there. */
const programIn = (page: string, mark: string): string => {
  const found = new RegExp(`<!-- ${mark}:[^>]*-->\n+\`\`\`ts\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`The page has no program "${mark}".`);
  return found;
};

interface Told {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
}

/** A program of the page in a process of its own, and the events that it says it has. */
class PageProgram {
  readonly told: string[] = [];
  private readonly child: ChildProcess;
  private news: () => void = () => undefined;

  constructor(file: string, env: NodeJS.ProcessEnv) {
    const imports = ['--import', resolve('test/support/typescript.js')];
    this.child = spawn(process.execPath, [...imports, file], {
      env: { ...neutralEnv(), ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (this.child.stdout === null) throw new Error('the program has no output');
    createInterface(this.child.stdout).on('line', (line) => {
      this.told.push(line);
      this.news();
    });
  }

  /** The first events that it had, once it has so many. */
  async first(count: number): Promise<Told[]> {
    while (this.told.length < count) await new Promise<void>((resolve) => (this.news = resolve));
    return this.told.slice(0, count).map((line) => JSON.parse(line) as Told);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

/** docs/webhooks.md as it stands, done by somebody who receives. No line of its programs is repeated here. */
describe('by the page for receivers', () => {
  let gateway: ServedGateway;
  let folder: string;
  const running: PageProgram[] = [];

  beforeAll(async () => {
    gateway = await ServedGateway.start({ role: 'all', pollDelaysMs: [100] });
    folder = await mkdtemp(join(tmpdir(), 'webhooks-page-'));
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const fileOf = async (mark: string): Promise<string> => {
    const file = join(folder, `${mark}.ts`);
    await writeFile(file, programIn(PAGE, mark));
    return file;
  };
  const start = async (mark: string, env: NodeJS.ProcessEnv): Promise<PageProgram> => {
    const program = new PageProgram(await fileOf(mark), env);
    running.push(program);
    return program;
  };
  const feed = async (): Promise<Told[]> =>
    ((await gateway.get('/v1/events').query({ limit: 500 })).body as { data: Told[] }).data;
  /** Its events are created, submitting, placed. */
  const place = async (): Promise<string> => ((await gateway.order(SMALL_ORDER)).body as { id: string }).id;
  const placedEvents = 3;

  it.each(['receiver', 'catch-up'])('%s has at most ten lines, and its types are right', async (mark) => {
    const lines = programIn(PAGE, mark)
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(10);
    const { options } = ts.parseJsonConfigFileContent(
      { compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', types: ['node'], noEmit: true } },
      ts.sys,
      process.cwd(),
    );
    const problems = ts.getPreEmitDiagnostics(ts.createProgram([await fileOf(mark)], options));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  it('the receiver takes what is signed, refuses what is not, and has what the feed has, word for word', async () => {
    const port = await freePort();
    const target = `http://127.0.0.1:${port}/offset-events`;
    const made = await gateway.post('/v1/webhook-endpoints').set('idempotency-key', target).send({ url: target });
    const { secret } = made.body as { secret: string };
    const receiver = await start('receiver', { WEBHOOK_SECRET: secret, PORT: String(port) });
    const orderId = await place();
    const told = await receiver.first(placedEvents);
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
    const first = await start('catch-up', env);
    expect(await first.first(before.length)).toEqual(before);
    await first.stop();
    const missed = await place();
    const again = await start('catch-up', { ...env, AFTER: before.at(-1)?.id });
    expect(await again.first(placedEvents)).toEqual((await feed()).slice(before.length));
    const next = await place();
    const heard = (await again.first(2 * placedEvents)) as (Told & { data: { order: { id: string } } })[];
    expect(heard.map(({ data }) => data.order.id)).toEqual([missed, missed, missed, next, next, next]);
  });

  it('the README shows the same receiver', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(programIn(PAGE, 'receiver'));
  });
});
