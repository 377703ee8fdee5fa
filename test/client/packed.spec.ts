import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ServedGateway, SMALL_ORDER } from '../http/served-gateway.js';
import { freePort } from '../support/free-port.js';
import { programIn, ReadersProject } from '../support/readers-project.js';

const PAGE = readFileSync('clients/typescript/README.md', 'utf8');
const PROGRAMS = [...PAGE.matchAll(/<!-- ([\w-]+):/g)].map(([, mark = '']) => mark);

const run = promisify(execFile);

/** The very npm that runs the tests, if one does: PATH may hold another. */
const npmPack = (folder: string): Promise<unknown> => {
  const { npm_execpath: path } = process.env;
  const [command, ...args] = path === undefined ? ['npm'] : [process.execPath, path];
  return run(command, [...args, 'pack', '--pack-destination', folder], { cwd: 'clients/typescript' });
};

/** To start the gateway, to compile, to pack: a limit for hangs. */
const PACKED_WITHIN_MS = 120_000;

/** Larger, and somebody has put something into it that a page has no use for. */
const MOST_BUNDLED_BYTES = 8_000;

/** What a user of the client has: the package as npm packs it, and the page about it. No line of it is repeated here. */
describe('the packed client', () => {
  let gateway: ServedGateway;
  let project: ReadersProject;
  let installed: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start({ role: 'all', pollDelaysMs: [100] });
    project = await ReadersProject.make();
    installed = join(project.folder, 'node_modules/@offset-gateway/client');
    mkdirSync(installed, { recursive: true });
    await npmPack(project.folder);
    const packed = readdirSync(project.folder).filter((name) => name.endsWith('.tgz'));
    await run('tar', ['-xzf', join(project.folder, packed[0] ?? ''), '--strip-components=1', '-C', installed]);
    await project.install(
      ...['openapi-fetch', 'openapi-typescript-helpers', '@types', 'undici-types'].map(
        (name) => `node_modules/${name}`,
      ),
    );
  }, PACKED_WITHIN_MS);
  afterAll(async () => {
    await project.close();
    await gateway.stop();
  });

  const fileOf = (mark: string): Promise<string> => project.write(`${mark}.ts`, programIn(PAGE, mark));
  const start = async (mark: string, more: NodeJS.ProcessEnv = {}) =>
    project.start(await fileOf(mark), { GATEWAY_URL: gateway.url, API_KEY: gateway.key, ...more });

  it('has its code, its types and its page, and nothing else', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(installed.length + 1));
    const modules = readdirSync('clients/typescript/src')
      .filter((name) => !name.endsWith('.spec.ts'))
      .map((name) => name.replace(/\.ts$/, ''));
    expect(files.toSorted()).toEqual(
      ['README.md', 'package.json', ...modules.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`])].toSorted(),
    );
  });

  it(
    'keeps what its types promise, in the programs of its page, too',
    async () => {
      const promises = readFileSync('test/client/types.ts', 'utf8');
      const files = await Promise.all([
        project.write(
          'types.ts',
          promises.replace(/'[./]*clients\/typescript\/src\/index\.js'/, "'@offset-gateway/client'"),
        ),
        ...PROGRAMS.map(fileOf),
      ]);
      expect(project.typeProblemsIn(...files)).toEqual([]);
    },
    PACKED_WITHIN_MS,
  );

  it('buys, and cancels only what can be cancelled', async () => {
    const purchase = await start('purchase');
    const [placed = ''] = await purchase.first(1);
    expect(placed).toMatch(/^ord_[0-9a-z]{26} placed$/);
    const { provider_order_id: bought } = await gateway.client.getOrder(placed.split(' ')[0] ?? '');
    gateway.sandbox.cnaught.advance(bought ?? '', 'fulfilled');
    expect((await purchase.first(2))[1]).toMatch(/^completed https?:/);
    expect(await (await start('cancellation')).first(1)).toEqual([expect.stringContaining('cannot be cancelled')]);
  });

  it('cancels', async () => {
    await gateway.client.placeOrder(SMALL_ORDER, { idempotencyKey: 'basket-4711-b' });
    const file = await project.write(
      'another.ts',
      programIn(PAGE, 'cancellation').replace('basket-4711', 'basket-4711-b'),
    );
    const program = project.start(file, { GATEWAY_URL: gateway.url, API_KEY: gateway.key });
    expect(await program.first(1)).toEqual(['cancelled']);
  });

  it('has the payer pay', async () => {
    const checkout = await start('checkout');
    const [page = ''] = await checkout.first(1);
    const paid = await fetch(`${page.replace('pay at ', '')}/pay`, { method: 'POST', redirect: 'manual' });
    const { pathname, search } = new URL(paid.headers.get('location') ?? '');
    await fetch(`${gateway.url}${pathname}${search}`, { redirect: 'manual' });
    expect((await checkout.first(2))[1]).toMatch(/^(placed|accepted|retired|completed)$/);
  });

  it('receives webhooks, and follows the feed', async () => {
    const port = await freePort();
    const { secret } = await gateway.client.createWebhookEndpoint({ url: `http://127.0.0.1:${port}` });
    const receiver = await start('webhook', { WEBHOOK_SECRET: secret ?? '', PORT: String(port) });
    const feed = await start('feed');
    await feed.first(1);
    const { id, provider_order_id: bought } = await gateway.client.placeOrder(SMALL_ORDER);
    gateway.sandbox.cnaught.advance(bought ?? '', 'fulfilled');
    expect(await receiver.first(1)).toEqual([`${id} is retired`]);
    while (!feed.told.at(-1)?.endsWith(' order.completed')) await feed.first(feed.told.length + 1);
  });

  it('runs in a browser, and is small', async () => {
    const entry = await project.write('page.ts', `export * from '@offset-gateway/client';`);
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
    const [output] = outputFiles;
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
    expect(output?.text).not.toMatch(/["']node:/);
    expect(gzipSync(output?.contents ?? '').length).toBeLessThan(MOST_BUNDLED_BYTES);
  });

  it('is shown in the README of the gateway', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(programIn(PAGE, 'purchase'));
  });

  it('can be required from CommonJS', async () => {
    const file = await project.write('old.cjs', `console.log(typeof require('@offset-gateway/client').OffsetGateway)`);
    expect((await run(process.execPath, [file])).stdout).toBe('function\n');
  });
});
