import { ValidateBy, type ValidationArguments } from 'class-validator';
import { urlFrom } from '../domain/addresses.js';

/** What node-postgres makes something of. Any other parameter it drops without a word. */
const KNOWN = new Set([
  'application_name',
  'client_encoding',
  'fallback_application_name',
  'host',
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'options',
  'port',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslnegotiation',
  'sslrootcert',
  'statement_timeout',
  'uselibpqcompat',
]);

/** Whoever gives one of them wants TLS. */
const CERTIFICATES = ['sslrootcert', 'sslcert', 'sslkey'];

const ONE_ADDRESS = 'name one address that follows the primary: a proxy, a service name or an address that moves';

/** Parameters that other clients take, or that would do harm, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  connect_timeout: 'a connection is given up after 1.5 seconds',
  connection_limit: 'set DATABASE_POOL_SIZE',
  keepalives: 'keep-alive is always on',
  keepalives_idle: 'keep-alive is always on',
  load_balance_hosts: ONE_ADDRESS,
  pgbouncer: 'a pooler is recognised; see the runbook',
  pool_timeout: 'a request waits 1.5 seconds for a connection',
  query_timeout:
    'it leaves the statement running on a connection that is used again, and a transaction reported as failed is committed by the next one; set DATABASE_STATEMENT_SECONDS',
  schema: 'set search_path at the role',
  target_session_attrs: `it would be ignored; ${ONE_ADDRESS}`,
};

/** What is wrong with the address of a database: never a part of it, because a part may be the password's. */
export const databaseUrlProblem = (given: string): string | null => {
  if (!/^postgres(ql)?:\/\/.+/.test(given)) return 'must begin with postgres:// or postgresql://';
  const [, authority = '', query = ''] = /^[a-z]+:\/\/([^/?#]*)[^?#]*(?:\?([^#]*))?/.exec(given) ?? [];
  const parameters = new URLSearchParams(query);
  const hosts = [authority.slice(authority.lastIndexOf('@') + 1), ...parameters.getAll('host')];
  if (hosts.some((host) => host.includes(','))) return `must not name several hosts; ${ONE_ADDRESS}`;
  // A socket's folder stands in `host`, and nothing before the path.
  if (!urlFrom(given.replace('@/', '@socket/')))
    return 'is not a valid address; percent-encode what is special in the user and password';
  for (const name of parameters.keys()) {
    if (Object.hasOwn(REFUSED, name)) return `must not set ${name}: ${REFUSED[name]}`;
    if (!KNOWN.has(name)) return `has a parameter that would be ignored; it may set ${[...KNOWN].join(', ')}`;
  }
  const certificate = CERTIFICATES.find((name) => parameters.has(name));
  if (parameters.get('sslmode') === 'disable' && certificate !== undefined)
    return `must not set ${certificate} beside sslmode=disable: it would have no effect; set sslmode=verify-full`;
  return null;
};

/** The address of one PostgreSQL server, of which every part has an effect. */
export const DatabaseUrl = (): PropertyDecorator =>
  ValidateBy({
    name: 'databaseUrl',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && databaseUrlProblem(value) === null,
      defaultMessage: (at?: ValidationArguments) => `${at?.property} ${databaseUrlProblem(String(at?.value))}`,
    },
  });
