import { tellUnreadVariables } from './unread-variables.js';

const CNAUGHT_API_KEY = 'a-key-of-the-tests';

it.each([
  ['CNAUGHT_KEY', 'CNAUGHT_API_KEY'],
  ['CNAUGHT_APIKEY', 'CNAUGHT_API_KEY'],
  ['CNAUGHT_API_TOKEN', 'CNAUGHT_API_KEY'],
  ['cnaught_base_url', 'CNAUGHT_BASE_URL'],
  ['CNAUGHT_URL', 'CNAUGHT_BASE_URL'],
  ['CNAUHGT_BASE_URL', 'CNAUGHT_BASE_URL'],
  ['ONETRIBE_API_KEY', 'ONE_TRIBE_API_KEY'],
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['DATABASE_POOLSIZE', 'DATABASE_POOL_SIZE'],
  ['GATEWAY_PUBLIC_URL', 'PUBLIC_URL'],
  ['TRUSTED_PROXYS', 'TRUSTED_PROXIES'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['FX_RATE', 'FX_RATES'],
])('%s is told, with %s for what was meant', (name, meant) => {
  const lines = tellUnreadVariables({ CNAUGHT_API_KEY, [name]: 'hunter2' });
  expect(lines).toEqual([`${name} is not read; did you mean ${meant}?`]);
});

it('one that begins as a provider’s do is told, whatever it is', () => {
  expect(tellUnreadVariables({ CNAUGHT_API_KEY, CARBONMARK_WEBHOOK_SECRET: 'x' })).toEqual([
    'CARBONMARK_WEBHOOK_SECRET is not read; .env.example lists what is',
  ]);
});

it('those of other programs are left alone', () => {
  const foreign =
    'PATH HOME HOSTNAME USER PWD SHLVL TERM POST PGHOST NODE_OPTIONS NODE_PATH npm_config_loglevel MAX_OLD CI';
  const links = 'DATABASE_SERVICE_HOST DATABASE_SERVICE_PORT DATABASE_PORT DATABASE_PORT_5432_TCP_ADDR GATEWAY_PORT';
  const names = `${foreign} ${links} SANDBOX_CNAUGHT_PORT TEST_LOG_LEVEL REDIS_HOST PUBLIC_IP RATE`.split(' ');
  expect(tellUnreadVariables({ CNAUGHT_API_KEY, ...Object.fromEntries(names.map((name) => [name, 'x'])) })).toEqual([]);
});

it('an empty one counts as unset', () => expect(tellUnreadVariables({ CNAUGHT_KEY: '' })).toEqual([]));

it('refuses one that is nearly a key while no provider is on, and only then', () => {
  const start = (env: NodeJS.ProcessEnv) => (): unknown => tellUnreadVariables(env);
  expect(start({ CNAUGHT_KEY: 'hunter2' })).toThrow('CNAUGHT_KEY is not read; did you mean CNAUGHT_API_KEY?');
  expect(start({ CNAUGHT_KEY: 'hunter2' })).not.toThrow(/hunter2/);
  expect(start({ CNAUGHT_KEY: 'hunter2', ONE_TRIBE_API_KEY: 'x' })).not.toThrow();
  expect(start({ CNAUGHT_URL: 'x', CARBONMARK_WEBHOOK_SECRET: 'x' })).not.toThrow();
});
