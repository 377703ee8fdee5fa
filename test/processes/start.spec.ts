import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createEmptyDatabase, createTestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { launchGateway } from '../support/launcher.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { startTestContext, TestBed } from '../support/test-bed.js';

/** Stands in every address below where a password does. */
const PASSWORD = 'hunter2';

describe('whoever starts a gateway learns in one line what to do:', () => {
  let bed: TestBed;
  let port: number;
  const processes: GatewayProcess[] = [];
  beforeAll(async () => {
    bed = new TestBed(await startTestContext({}, await createTestDatabase()));
    port = await freePort();
    await bed.rows(`CREATE ROLE guest LOGIN PASSWORD '${PASSWORD}'`).catch(() => undefined);
  });
  afterEach(() => Promise.all(processes.splice(0).map((each) => each.kill())));
  afterAll(() => bed.close());

  const start = (env: NodeJS.ProcessEnv): GatewayProcess => {
    const gateway = new GatewayProcess({
      port,
      env: { LOG_LEVEL: 'info', DATABASE_URL: bed.database.url, ...bed.sandbox.variables(), ...env },
    });
    processes.push(gateway);
    return gateway;
  };

  /** Of a start that fails: all that it printed on its last line, which must be all there is to read. */
  const refusal = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const gateway = start(env);
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    const lines = gateway.output.trimEnd().split('\n');
    expect(lines.filter((line) => / at /.test(line) && line.includes('.js:'))).toEqual([]);
    expect(gateway.output).not.toContain(PASSWORD);
    return lines.at(-1) ?? '';
  };

  /** The tests' server, with these parts of its address exchanged. */
  const address = (change: (url: URL) => void): string => {
    const url = new URL(bed.database.url);
    change(url);
    return url.href;
  };

  it.each<[string, () => string | Promise<string>, string]>([
    ['nothing listens', () => `postgresql://u:${PASSWORD}@127.0.0.1:1/x`, 'nothing takes connections at 127.0.0.1:1'],
    [
      'no such host',
      () => `postgresql://u:${PASSWORD}@db.invalid/x`,
      'there is no host of the name in db.invalid:5432',
    ],
    ['a wrong password', () => address((url) => (url.password = PASSWORD)), 'does not let the user gateway in'],
    ['no such database', () => address((url) => (url.pathname = '/nowhere')), 'has no database nowhere; create it'],
    [
      'TLS where there is none',
      () => address((url) => url.searchParams.set('sslmode', 'verify-full')),
      'has no TLS; switch it on there',
    ],
    [
      'no file of a certificate',
      () => `postgresql://u:${PASSWORD}@db.invalid/x?sslrootcert=/nowhere.pem`,
      'sslrootcert',
    ],
    ['a port of something else', () => somethingElse('disable'), 'does not speak PostgreSQL'],
    ['a port of something else, by TLS', () => somethingElse('verify-full'), 'does not speak PostgreSQL'],
    [
      'TLS alone',
      () => behindHostssl(),
      'lets the user tls_only in from here with TLS, if at all; add sslmode=verify-full',
    ],
    ['a user without permission', () => emptyDatabaseAs('guest'), 'the user guest may not do what is asked of'],
    ['a socket that is not there', () => 'postgresql://u@/x?host=/nowhere', 'nothing takes connections at /nowhere'],
  ])('a database with %s', async (_, url, what) => {
    const start = launchGateway(bed, { settings: { databaseUrl: await url() } });
    const { name, message } = await start.then(
      () => new Error('it started'),
      (thrown: Error) => thrown,
    );
    expect({ name, lines: message.split('\n').length }).toEqual({ name: 'DatabaseFailure', lines: 1 });
    expect(message).toMatch(/^DATABASE_URL: /);
    expect(message).toContain(what);
    expect(message).not.toContain(PASSWORD);
  });

  it('a wrong password, as a process prints it', async () => {
    const line = await refusal({ DATABASE_URL: address((url) => (url.password = PASSWORD)) });
    expect(line).toMatch(/^DATABASE_URL: .* does not let the user gateway in/);
  });

  it('a wrong address past the pooler, and one of the pooler', async () => {
    const wrong = `postgresql://u:${PASSWORD}@127.0.0.1:1/x`;
    const start = (databaseUrl: string, directDatabaseUrl: string) =>
      launchGateway(bed, { settings: { databaseUrl, directDatabaseUrl } });
    await expect(start(bed.database.url, wrong)).rejects.toThrow(/^DIRECT_DATABASE_URL: nothing takes connections/);
    await expect(start(wrong, bed.database.url)).rejects.toThrow(/^DATABASE_URL: nothing takes connections/);
  });

  it('a misspelt variable, which stops the start where it leaves no provider', async () => {
    const none = Object.fromEntries(Object.keys(bed.sandbox.variables()).map((name) => [name, '']));
    expect(await refusal({ ...none, CNAUGHT_KEY: PASSWORD })).toContain(
      'CNAUGHT_KEY is not read; did you mean CNAUGHT_API_KEY?',
    );
  });

  it('an address without TLS in production', async () => {
    const production = { NODE_ENV: 'production', FX_RATES: '2026-11-20:GBP=1.25', CNAUGHT_API_KEY: PASSWORD };
    const others = { CARBONMARK_API_KEY: '', ONE_TRIBE_API_KEY: '' };
    expect(await refusal({ ...production, ...others, PUBLIC_URL: 'HTTP://gateway.example' })).toBe(
      'Invalid environment: PUBLIC_URL must be an https address in production',
    );
  });

  it('a second copy on one port', async () => {
    await start({ ROLE: 'api' }).untilReady();
    expect(await refusal({ ROLE: 'api' })).toContain(`Port ${port} is taken, perhaps by another gateway`);
  });

  it('what is on and where, what is misspelt, and a key that its provider refuses', async () => {
    const { CARBONMARK_API_KEY: _, ...variables } = bed.sandbox.variables();
    const gateway = start({
      ...variables,
      CARBONMARK_API_KEY: '',
      ONE_TRIBE_API_KEY: `sandbox-${PASSWORD}`,
      CARBONMARK_KEY: PASSWORD,
      METRICS_PORT: '0',
      ROLE: 'api',
    });
    await gateway.untilReady();
    await printed(gateway, /one_tribe refuses the key in ONE_TRIBE_API_KEY/);
    const { host, pathname } = new URL(bed.database.url);
    for (const line of [
      'CARBONMARK_KEY is not read; did you mean CARBONMARK_API_KEY?',
      'development, role api: serves requests',
      `database ${pathname.slice(1)} at ${host} as gateway, on this machine`,
      `cnaught is on, simulated, at ${variables['CNAUGHT_BASE_URL']}`,
      'carbonmark is off; CARBONMARK_API_KEY turns it on',
      `docs at ${gateway.url}/docs, metrics at http://127.0.0.1:`,
      'keys for callers: npm run -s cli -- tenants create <name>',
    ])
      expect(gateway.output).toContain(line);
    expect(gateway.output).not.toContain(PASSWORD);
    expect(gateway.output).not.toContain(new URL(bed.database.url).password);
  });

  const printed = async (gateway: GatewayProcess, what: RegExp): Promise<void> => {
    const stream = gateway.child.stdout;
    while (stream && !what.test(gateway.output)) await new Promise((resolve) => stream.once('data', resolve));
  };

  const open: Server[] = [];
  afterAll(() => open.forEach((server) => server.close()));

  const somethingElse = async (sslmode: string): Promise<string> => {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    open.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `postgresql://u:${PASSWORD}@127.0.0.1:${(server.address() as AddressInfo).port}/x?sslmode=${sslmode}`;
  };

  /** A user that no line of pg_hba.conf lets in without TLS. */
  const behindHostssl = async (): Promise<string> => {
    await bed.rows('CREATE ROLE tls_only LOGIN');
    const [{ file } = { file: '' }] = await bed.rows<{ file: string }>(`SELECT current_setting('hba_file') AS file`);
    const lines = await readFile(file, 'utf8');
    await writeFile(file, `host all tls_only 127.0.0.1/32 reject\n${lines}`);
    await bed.rows('SELECT pg_reload_conf()');
    return address((url) => (url.username = 'tls_only'));
  };

  const emptyDatabaseAs = async (user: string): Promise<string> => {
    const database = await createEmptyDatabase();
    afterEmpty.push(() => database.drop());
    const url = new URL(database.url);
    url.username = user;
    url.password = PASSWORD;
    return url.href;
  };
  const afterEmpty: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(afterEmpty.map((drop) => drop())));
});
