import { PROVIDERS } from '../../src/providers/registry.js';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DRILLS } from '../../dev/drills/drills.js';
import { REVIEW_REASONS } from '../../src/domain/orders/review.js';
import { generatedFiles } from '../../scripts/gen/generated-files.js';
import { ServedGateway, SMALL_ORDER } from '../http/served-gateway.js';
import { alertRules } from '../http/watched-metrics.js';
import { flag } from '../support/launcher.js';
import { responseTo, wordsOf, type Values } from './runbook-commands.js';
import { RunbookDocument } from './runbook-document.js';

/** Capitals that are no variables of the gateway: the runbook's own two, and words of SQL and of other programs. */
const NOT_VARIABLES = new Set(['API', 'KEY', 'SET', 'LISTEN', 'RECONNECT', 'COMMIT', 'ROLLBACK']);

/** Roles of the database are named alike. */
const NOT_METRICS = new Set(['gateway_app', 'gateway_service']);

const CLI = 'npm run -s cli -- ';

/** One process for all, because starting one takes a second. Of a process without a file, `argv` has no file either. */
const EVERY_RUN = `
  for (const [nth, args] of JSON.parse(process.argv[1]).entries()) {
    process.argv = ['node', ...args];
    await import('./src/cli/main.ts?' + nth);
    // It says by its exit code that a single server may lose what it confirms.
    if (process.exitCode && args[0] !== 'check-database') throw new Error('refused: ' + args.join(' '));
    process.exitCode = 0;
  }`;

/** A file whose source is a table in the code, as the code would write it now. */
const generated = (path: string): string => generatedFiles('.').find((file) => file.path === path)?.content ?? '';

describe('what the runbook names exists:', () => {
  const runbook = new RunbookDocument();
  let gateway: ServedGateway;
  let onCall: string;

  beforeAll(async () => {
    gateway = await ServedGateway.start();
    onCall = await gateway.newKey(['orders:read', 'ops']);
  });
  afterAll(() => gateway.stop());

  const ask = (command: string) =>
    responseTo(command, { API: `http://${hostOf(gateway)}`, KEY: onCall }).then(({ status, shown }) => {
      expect(status).toBe(200);
      return shown;
    });
  const apiCommand = (path: string): string => runbook.commands.find((line) => line.includes(`$API${path}`)) ?? '';

  it('the commands of the first five minutes', async () => {
    expect(JSON.parse(String(await ask(apiCommand('/readyz'))))).toEqual({
      status: 'ok',
      checks: { database: 'ok', migrations: 'ok', worker: 'ok' },
    });
    const providers = (await ask(apiCommand('/v1/providers'))) as Record<string, unknown>[];
    expect(providers).toHaveLength(PROVIDERS.length);
    for (const shown of providers) expect(Object.values(shown)).not.toContain(undefined);
  });

  it('every metric', async () => {
    const metrics = String(await ask(apiCommand('/metrics').split(' |')[0] ?? ''));
    const exposed = [...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
    const named = [...runbook.text.matchAll(/gateway_[a-z_]*[a-z]\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !NOT_METRICS.has(name) && !exposed.includes(name))).toEqual([]);

    const [, start, ends = ''] = /'\^(gateway_)\((.+)\)'/.exec(apiCommand('/metrics')) ?? [];
    for (const end of ends.split('|')) expect(exposed.some((name) => name.startsWith(`${start}${end}`))).toBe(true);
  });

  it('every address of the API', async () => {
    const { body } = (await gateway.get('/openapi.json').expect(200)) as { body: { paths: Record<string, object> } };
    const named = runbook.inlineCode.filter((code) => /^([A-Z]+ )?\/v1\//.test(code));
    expect(named.length).toBeGreaterThan(2);
    for (const address of named) {
      const [path = '', method = 'GET'] = address.split(' ').reverse();
      expect(body.paths[path]).toHaveProperty(method.toLowerCase());
    }
  });

  it('every variable', () => {
    const known = [...generated('.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name);
    const named = [
      ...[...runbook.text.matchAll(/\$([A-Z_]+)|\b([A-Z_]+)=/g)].map(([, used, set]) => used ?? set ?? ''),
      ...runbook.inlineCode.filter((code) => /^[A-Z_]+$/.test(code)),
    ].filter((name) => !NOT_VARIABLES.has(name));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('every review reason, each under a heading of its own that says what it means', () => {
    const [, table = ''] = generated('docs/lifecycle.md').split('## Review');
    const reasons = [...table.matchAll(/^\| `(\w+)`\s*\| (.*?)\s*\|/gm)].map(([, reason = '', means = '']) => ({
      reason,
      means,
    }));
    expect(reasons.map(({ reason }) => reason).sort()).toEqual(runbook.headingsUnder('Orders in review').sort());
    const unlike = reasons.filter(({ reason, means }) => {
      const [, said = ''] = /^_([^_]+)_/.exec(runbook.section(reason).trim()) ?? [];
      return said.toLowerCase().replace(/\.$/, '') !== means.toLowerCase();
    });
    expect(unlike).toEqual([]);
  });

  it('every command of the command line, which does what it is there for', async () => {
    const commands = [...runbook.commands, ...runbook.inlineCode].filter((line) => line.startsWith(CLI));
    expect(commands.length).toBeGreaterThan(4);
    const runs: string[][] = [];
    for (const command of commands) runs.push(wordsOf(command.slice(CLI.length), await valuesFor(gateway)));
    const args = ['--import', './test/support/typescript.js', '--input-type=module', '-e', EVERY_RUN];
    const { applicationUrl, url } = gateway.database;
    const env = { PATH: process.env['PATH'], DATABASE_URL: applicationUrl, DIRECT_DATABASE_URL: url };
    // Rejects, with what was said, when one of them is refused.
    const { stdout } = await promisify(execFile)(process.execPath, [...args, JSON.stringify(runs)], { env });
    expect(stdout.split(/^(?=[{[])/m)).toHaveLength(runs.length);
  });

  it('every drill, under the heading that says what to do, and one for each reason of a review', () => {
    for (const [name, { section }] of Object.entries(DRILLS))
      expect(runbook.section(section)).toContain(`npm run drill -- ${name}`);
    const named = [...runbook.text.matchAll(/npm run drill -- ([a-z-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(DRILLS, name))).toEqual([]);
    const practised = Object.values(DRILLS).map(({ section }) => section);
    expect(Object.keys(REVIEW_REASONS).filter((reason) => !practised.includes(reason))).toEqual([]);
  });

  it('every heading and every screen that an alert leads to', () => {
    const screens = [...readFileSync('dashboard/src/router.tsx', 'utf8').matchAll(/path: '([^']+)'/g)].map(
      ([, path = '']) => `/ops${path === '/' ? '' : path}`,
    );
    const broken = alertRules().flatMap(({ alert, labels, annotations: { dashboard, runbook: where } }) => {
      const [screen = ''] = dashboard.split('?');
      const links = where.includes('{{')
        ? Object.keys(REVIEW_REASONS).map((reason) => where.replace('{{ $labels.reason }}', reason))
        : [where];
      const isKnown = screens.includes(screen) && ['page', 'ticket'].includes(labels.severity);
      return isKnown && links.every((link) => isThere('README.md', link)) ? [] : [alert];
    });
    expect(broken).toEqual([]);
  });

  it('every file and heading that README.md and docs/ link to', () => {
    const files = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((path) => join('docs', path));
    const broken = ['README.md', ...files.filter((path) => path.endsWith('.md'))].flatMap((file) =>
      linksOf(file)
        .filter((link) => !isThere(file, link))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

const hostOf = (gateway: ServedGateway): string => {
  const { port } = gateway.app.getHttpServer().address() as { port: number };
  return `127.0.0.1:${port}`;
};

const valuesFor = async (gateway: ServedGateway): Promise<Values> => {
  const tenant = await gateway.newTenant();
  const [, , key = ''] = (await gateway.newKey(['orders:read'], tenant)).split('_');
  const { body } = (await gateway.order(SMALL_ORDER).expect(201)) as { body: { id: string } };
  await flag(gateway.app, body.id, 'bought_twice');
  // The same account under a new key, as the process that was started with it has put it on record.
  const account = randomBytes(6).toString('hex');
  await gateway.rows(
    `INSERT INTO far_sides (id, provider, address, environment, account)
     VALUES ($1, 'cnaught', 'http://127.0.0.1', 'sandbox', $1)`,
    [account],
  );
  const email = 'jane@example.com';
  await endedOrder(gateway, { ...SMALL_ORDER, beneficiary: { name: 'Jane Smith', email } });
  const ended = await endedOrder(gateway, SMALL_ORDER);
  const newest = `SELECT encode(hash, 'hex') AS head FROM audit_log ORDER BY number DESC LIMIT 1`;
  const [last] = await gateway.rows<{ head: string }>(newest);
  return {
    'tenant id': tenant,
    key,
    order: body.id,
    'account id': account,
    'ended order': ended,
    email,
    head: last?.head ?? '',
    time: new Date(Date.now() + 3_600_000).toISOString(),
  };
};

const endedOrder = async (gateway: ServedGateway, request: object): Promise<string> => {
  const { body } = (await gateway.order(request).expect(201)) as { body: { id: string; provider_order_id: string } };
  gateway.sandbox.cnaught.advance(body.provider_order_id, 'fulfilled');
  await gateway.post(`/v1/orders/${body.id}/refresh`).expect(200);
  return body.id;
};

const withoutCode = (markdown: string): string => markdown.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');

/** Relative ones. */
const linksOf = (file: string): string[] =>
  [...withoutCode(readFileSync(file, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));

const isThere = (file: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  return existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
};

/** As GitHub makes them: lower case, punctuation dropped, a dash for every space. */
const anchorsOf = (file: string): string[] =>
  [...withoutCode(readFileSync(file, 'utf8')).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
