import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { InvalidEnvironmentError } from '../config/environment.js';
import { variablesOf } from '../config/variable.js';
import { ProviderDirectory } from './provider-directory.js';
import { ProvidersModule } from './providers.module.js';
import { PROVIDERS } from './registry.js';

const onCall = (): void => undefined;

const directory = (env: NodeJS.ProcessEnv): ProviderDirectory => ProviderDirectory.fromEnvironment(env, { onCall });

const ALL_KEYS = { CNAUGHT_API_KEY: 'a', CARBONMARK_API_KEY: 'b', ONE_TRIBE_API_KEY: 'c' };

describe('ProviderDirectory', () => {
  it('holds the providers whose key is set', () => {
    expect(directory({}).all()).toEqual([]);
    expect(
      directory({ ...ALL_KEYS, CARBONMARK_API_KEY: '' })
        .all()
        .map(({ id }) => id),
    ).toEqual(['cnaught', 'one_tribe']);
    expect(
      directory(ALL_KEYS)
        .all()
        .map(({ displayName }) => displayName),
    ).toEqual(['CNaught', 'Carbonmark', 'One Tribe']);
  });

  it('finds by id, and nothing by a name that every object has', () => {
    const all = directory(ALL_KEYS);
    expect(all.get('cnaught').id).toBe('cnaught');
    expect(all.find('one_tribe')?.id).toBe('one_tribe');
    expect(all.find('constructor')).toBeNull();
    expect(all.find('unknown')).toBeNull();
    expect(() => all.get('unknown')).toThrow('The provider is not enabled');
  });

  it('does not look at the variables of a provider that is not enabled', () => {
    expect(directory({ CNAUGHT_BASE_URL: 'junk', ONE_TRIBE_SETTLE_SECONDS: 'soon' }).all()).toEqual([]);
  });

  it('names all problems of all enabled providers at once, and no value', () => {
    const problems = (): readonly string[] => {
      try {
        directory({
          ...ALL_KEYS,
          CNAUGHT_API_KEY: 'secret with spaces',
          CNAUGHT_BASE_URL: 'junk',
          CARBONMARK_API_URL: 'https://user:secret@api.example.com',
          ONE_TRIBE_SETTLE_SECONDS: '0',
        });
      } catch (error) {
        if (error instanceof InvalidEnvironmentError) return error.problems;
        throw error;
      }
      return [];
    };
    const named = problems().map((problem) => problem.split(' ')[0]);
    expect(named.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      'CARBONMARK_API_URL',
      'CNAUGHT_API_KEY',
      'CNAUGHT_BASE_URL',
      'ONE_TRIBE_SETTLE_SECONDS',
    ]);
    expect(problems().join()).not.toMatch(/secret|junk/);
  });

  it.each([
    ['CARBONMARK_API_KEY', 'cm_api_sandbox_00000000-0000-4000-8000-000000000000'],
    ['CNAUGHT_API_KEY', 'C0-sandbox-123'],
    ['ONE_TRIBE_API_KEY', 'sandbox-one-tribe-key-0000000000'],
  ])('refuses a sandbox key in production: %s', (name, key) => {
    expect(directory({ [name]: key }).all()).toHaveLength(1);
    expect(() => directory({ [name]: key, NODE_ENV: 'production' })).toThrow(`${name} is a sandbox key`);
    expect(directory({ [name]: 'a-live-key', NODE_ENV: 'production' }).all()).toHaveLength(1);
  });

  it.each([
    ['CNAUGHT_BASE_URL', 'http://api.example.com/v1'],
    ['CNAUGHT_BASE_URL', 'HTTP://api.example.com/v1'],
    ['CARBONMARK_API_URL', 'http://127.0.0.1.example.com'],
    ['ONE_TRIBE_BASE_URL', 'http://10.0.0.1'],
  ])('refuses an address that sends the key in the clear in production: %s %s', (name, address) => {
    const keys = { CNAUGHT_API_KEY: 'k', CARBONMARK_API_KEY: 'k', ONE_TRIBE_API_KEY: 'k' };
    const start = (at: string) => () => directory({ ...keys, [name]: at, NODE_ENV: 'production' });
    expect(start(address)).toThrow(`${name} must be an https address in production, or one of this machine`);
    expect(start('http://127.0.0.1:9000')).not.toThrow();
  });

  it('knows whom each provider reaches: another address of purchases, or another key, is another far side', () => {
    const idOf = (env: NodeJS.ProcessEnv): string => directory({ ...ALL_KEYS, ...env }).farSideOf('carbonmark').id;
    const usual = idOf({});
    expect(idOf({ CARBONMARK_API_URL: 'https://v21.api.carbonmark.com' })).toBe(usual);
    expect(idOf({ CARBONMARK_CHECKOUT_URL: 'https://checkout.example.com' })).not.toBe(usual);
    expect(idOf({ CARBONMARK_API_KEY: 'another' })).not.toBe(usual);
    expect(() => directory({}).farSideOf('carbonmark')).toThrow('The provider is not enabled');
  });

  it('is offered by the module, which asks the composition root what to do with call reports', async () => {
    const module = await Test.createTestingModule({
      imports: [ProvidersModule.registerAsync({ useFactory: () => ({ env: ALL_KEYS, onCall }) })],
    }).compile();
    expect(module.get(ProviderDirectory).all()).toHaveLength(3);
  });
});

describe('PROVIDERS', () => {
  it.each(PROVIDERS.map((registration) => [registration.id, registration] as const))(
    '%s creates the provider of its id, enabled by a variable of its own',
    (id, registration) => {
      const created = registration.create({ [registration.enabledBy]: 'key' }, { onCall });
      expect(created.id).toBe(id);
    },
  );

  it.each(PROVIDERS.map((registration) => [registration.id, registration] as const))(
    '%s describes its variables, the one that enables it first',
    (_, { env, enabledBy }) => {
      const [first, ...others] = variablesOf(env);
      expect(first).toMatchObject({ name: enabledBy, fallback: null });
      expect(others.every(({ fallback }) => fallback !== null)).toBe(true);
    },
  );

  it('has every id once', () => {
    expect(new Set(PROVIDERS.map(({ id }) => id)).size).toBe(PROVIDERS.length);
  });
});
