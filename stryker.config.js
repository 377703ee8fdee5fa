/**
 * `npm run mutation`: changes the code in which a mistake buys twice or loses an order, one place at a time, and counts
 * the changes that the specs beside it notice. Specs that need servers take no part.
 */

// Away from UTC, where forgetting a time zone shows.
process.env.TZ = 'Asia/Kolkata';

export default {
  mutate: [
    'src/domain/{orders,purchases,providers,limits,switches}/**/*.ts',
    'src/domain/{mass,money}.ts',
    'src/providers/kit/{classify,retry,retry-after,never-sent,decode,refusal,absent,price}.ts',
    'src/providers/kit/{newest-first,order-window,path-segment,same-id}.ts',
    '!src/**/*.spec.ts',
  ],
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  // A table is made when its module is loaded: to try one variant of it takes every spec.
  ignoreStatic: true,
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.js',
    config: {
      roots: ['<rootDir>/src/domain', '<rootDir>/src/providers/kit'],
      testMatch: [
        '<rootDir>/src/domain/*.spec.ts',
        '<rootDir>/src/domain/{orders,purchases,providers,limits,switches}/**/*.spec.ts',
        '<rootDir>/src/providers/kit/**/*.spec.ts',
      ],
      testPathIgnorePatterns: ['/http\\.spec\\.ts$'],
      // Each mutant changes modules: none may outlive its run.
      testEnvironment: 'node',
      runtime: 'jest-runtime',
      globalSetup: null,
      globalTeardown: null,
    },
  },
  plugins: ['@stryker-mutator/jest-runner', './stryker.config.js'],
  ignorers: ['wording'],
  concurrency: 2,
  // A time-out counts as noticed. On a busy machine a slow run is not: endless loops are found by counting rounds.
  timeoutMS: 60_000,
  warnings: { slow: false },
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  ignorePatterns: ['dist', 'reports', 'coverage', '.data'],
  thresholds: { high: 95, low: 85, break: 85 },
};

/** Texts with a space are sentences for people, and specs assert classes and codes rather than wording. */
const isSentence = ({ type, value, quasis }) =>
  (type === 'StringLiteral' && value.includes(' ')) ||
  (type === 'TemplateLiteral' && quasis.some((quasi) => quasi.value.raw.includes(' ')));

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'wording',
    value: { shouldIgnore: ({ node }) => (isSentence(node) ? 'wording' : undefined) },
  },
];
