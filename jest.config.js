/** ESM-only dependencies, compiled to CommonJS with our own code: throttler is CommonJS, so native-ESM Jest cannot load both. */
const esmOnly = [
  '@cnaught',
  '@nestjs',
  '@prisma/schema-engine-wasm',
  '@standard-schema',
  'dotenv',
  'dotenv-expand',
  'jose',
  'oauth4webapi',
  'oidc-provider',
  'openid-client',
];

/** Proofs take minutes, want the machine to themselves, or need a browser: they run where their folder is named, by `npm run proofs` and CI. */
const PROOFS = ['test/altered', 'test/dashboard', 'test/faults', 'test/finance', 'test/model', 'test/processes'];
const isProof = process.argv.some((arg) => PROOFS.some((folder) => arg.startsWith(folder)));

export default {
  testEnvironment: '<rootDir>/test/support/environment.js',
  runtime: '<rootDir>/test/support/runtime.js',
  roots: ['<rootDir>/src', '<rootDir>/dev', '<rootDir>/test', '<rootDir>/clients/typescript/src'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(isProof ? [] : PROOFS.map((folder) => `/${folder}/`))],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // One more than a small machine has cores: two leave a fifth of it idle, as specs wait for PostgreSQL or for a clock.
  maxWorkers: 3,
  // Real servers and real processes on a busy machine: a limit for hangs, not a target.
  testTimeout: 30_000,
  moduleNameMapper: {
    // These come as hundreds of small files, and their authors' bundle is the same.
    '^es-toolkit/compat$': '<rootDir>/node_modules/es-toolkit/dist/browser.global.js',
    '^rxjs$': '<rootDir>/node_modules/rxjs/dist/bundles/rxjs.umd.js',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@prisma/client/runtime/(query_compiler.*)\\.mjs$': '@prisma/client/runtime/$1.js',
  },
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          target: 'es2022',
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(${esmOnly.join('|')})/)`],
};
