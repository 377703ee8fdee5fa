/** ESM-only dependencies, compiled to CommonJS with our own code: throttler is CommonJS, so native-ESM Jest cannot load both. */
const esmOnly = ['@nestjs', '@standard-schema', 'es-toolkit', 'dotenv', 'dotenv-expand'];

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  moduleNameMapper: {
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
