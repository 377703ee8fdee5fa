/**
 * The arrows of docs/architecture.md, as rules. One way in, one way down:
 *
 *   http | worker | cli  →  application  →  persistence, providers, webhooks, identity  →  domain
 */

/** Not bound by the rule of their folder: they have one of their own, or are where a process begins. */
const HEALTH = '^src/health/';
const CLI_ROOT = '^src/cli/toolbox\\.ts$';

/** A layer may import only what is listed, of our own sources. Everybody but the domain may import config. */
const only = (from, ...allowed) => ({
  name: `${from.name}-imports-only`,
  comment: `${from.name} may import ${allowed.map(({ name }) => name).join(', ') || 'nothing'} and config.`,
  severity: 'error',
  from: { path: from.path, pathNot: [HEALTH, CLI_ROOT] },
  to: { path: '^src/', pathNot: [from.path, '^src/config/', ...allowed.map(({ path }) => path)] },
});

const layer = (name, path = `^src/${name}/`) => ({ name, path });

const domain = layer('domain');
const application = layer('application');
const persistence = layer('persistence');
const providers = layer('providers');
const kit = layer('the provider kit', '^src/providers/kit/');
const registration = layer('the registration type', '^src/providers/provider-registration\\.ts$');
const directory = layer('the provider directory', '^src/providers/provider-directory\\.ts$');
const repositories = layer('repositories', '^src/persistence/.+/([^/]+\\.repository|lease)\\.ts$');
const queue = layer('the task queue', '^src/persistence/tasks/');
const migrations = layer('migrations', '^src/persistence/migrations/');
const sandbox = layer('sandbox', '^dev/sandbox/');
const webhooks = layer('webhooks');
const identity = layer('identity');
const http = layer('http');
const worker = layer('worker');
const cli = layer('cli');
const config = layer('config');
const telemetry = layer('telemetry');

/** A folder per provider: everything under src/providers/<name>/ but the kit. */
const PROVIDER_FOLDER = '^src/providers/(?!kit/)([^/]+)/';

const INFRASTRUCTURE = '(^|/)node_modules/(@prisma/|pg/|axios|@?fastify|@nestjs/platform-fastify/)';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle breaks injection. One of types alone is allowed: nothing of it is left when the code runs.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-plain-typescript',
      comment: 'The domain imports nothing outside itself but the decimal number type and deep equality.',
      severity: 'error',
      from: { path: domain.path, pathNot: '\\.spec\\.ts$' },
      to: { pathNot: [domain.path, '(^|/)node_modules/decimal\\.js/', '^(node:)?util$'] },
    },
    only(application, domain, repositories, directory, webhooks, identity, telemetry),
    {
      name: 'application-knows-no-infrastructure',
      comment: 'A use case knows no database, no HTTP client and no web server.',
      severity: 'error',
      from: { path: application.path },
      to: { path: INFRASTRUCTURE },
    },
    only(persistence, domain),
    only(providers, domain),
    only(kit, domain),
    only(webhooks, domain),
    only(identity, domain),
    {
      name: 'a-provider-knows-no-other',
      comment: 'A provider folder may import the domain, the kit and the registration type.',
      severity: 'error',
      from: { path: PROVIDER_FOLDER },
      to: { path: '^src/', pathNot: ['^src/providers/$1/', domain.path, kit.path, registration.path, config.path] },
    },
    only(http, application, domain, telemetry),
    {
      name: 'health-looks-at-every-part',
      comment: 'Readiness and metrics ask the database, the migrations and the worker how they are; no use case does.',
      severity: 'error',
      from: { path: HEALTH },
      to: {
        path: '^src/',
        pathNot: [HEALTH, application.path, domain.path, telemetry.path, persistence.path, worker.path, config.path],
      },
    },
    only(worker, application, domain, telemetry, queue),
    only(cli, application, domain, migrations),
    only(config, domain),
    only(telemetry, domain, persistence, directory),
    {
      name: 'sandbox-stands-alone',
      comment: 'It shares no code with the adapters, so that an error of ours cannot hide in both.',
      severity: 'error',
      from: { path: sandbox.path },
      to: { path: '^(src|dev)/', pathNot: sandbox.path },
    },
    {
      name: 'the-client-stands-alone',
      comment: 'What callers install is made from the document, and needs nothing of the gateway, nor of Node.',
      severity: 'error',
      from: { path: '^clients/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^clients/', '(^|/)node_modules/openapi-fetch/'] },
    },
    {
      name: 'the-gateway-knows-no-client',
      severity: 'error',
      from: { path: '^(src|dev)/' },
      to: { path: '^clients/' },
    },
    {
      name: 'the-dashboard-stands-alone',
      comment: 'It knows the gateway by its REST alone: by the types of the client, which are made from the document.',
      severity: 'error',
      from: { path: '^dashboard/' },
      to: { path: '^(src|dev|clients)/', pathNot: '^clients/typescript/src/openapi\\.ts$' },
    },
    {
      name: 'nobody-imports-the-dashboard',
      severity: 'error',
      from: { path: '^(src|dev|clients)/' },
      to: { path: '^dashboard/' },
    },
    {
      name: 'stand-ins-are-loaded-by-the-roots-alone',
      comment: 'What stands in for the world is imported dynamically, outside production, where a process begins.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/main\\.ts$', CLI_ROOT] },
      to: { path: '^dev/' },
    },
    {
      name: 'stand-ins-are-imported-dynamically',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^dev/', dependencyTypesNot: ['dynamic-import'] },
    },
    {
      name: 'the-root-is-imported-by-no-module',
      comment: 'main.ts and app/ know every module; no module knows them.',
      severity: 'error',
      from: { path: '^src/', pathNot: [CLI_ROOT, '^src/(app/|main\\.ts$)'] },
      to: { path: '^src/(app/|main\\.ts$)' },
    },
    {
      name: 'installed-in-production',
      comment: 'What runs in production may not import a development dependency, nor one it does not declare.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
      },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '/generated/' },
    },
  ],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/', '^src/persistence/generated/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    // An import of a type is an arrow too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
