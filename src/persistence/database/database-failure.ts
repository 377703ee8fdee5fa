import { isNativeError } from 'node:util/types';
import { databaseAddress, type DatabaseAddress } from './database-address.js';

/** The database cannot be used as it was given: one line with the variable, what is wrong and the fix. */
export class DatabaseFailure extends Error {
  override readonly name = 'DatabaseFailure';
}

type Explain = (at: DatabaseAddress) => string;

const NOTHING_THERE: Explain = ({ server }) =>
  `nothing takes connections at ${server}; start PostgreSQL there, or correct host and port`;
const SILENT: Explain = ({ server }) =>
  `${server} does not respond; correct host and port, or let this machine through to it (firewall, network)`;
const UNKNOWN_HOST: Explain = ({ server }) => `there is no host of the name in ${server}; correct it`;
const WRONG_USER: Explain = ({ server, user }) =>
  `${server} does not let the user ${user} in; correct user and password, percent-encoded where they have special characters`;
const NO_ACCESS: Explain = ({ server, database, user }) =>
  `${server} lets the user ${user} not into ${database} from this machine; add a line to its pg_hba.conf, or correct user and database`;
/** A server says the same where it lets nobody in without TLS, and where it does not know this machine at all. */
const NEEDS_TLS: Explain = ({ server, user }) =>
  `${server} lets the user ${user} in from here with TLS, if at all; add sslmode=verify-full, and sslrootcert=<file> for a certificate authority of your own, or a line to its pg_hba.conf`;
const NO_TLS: Explain = ({ server }) =>
  `${server} has no TLS; switch it on there, or take sslmode out if nobody else can listen on the way`;
const UNTRUSTED: Explain = ({ server }) =>
  `the TLS certificate of ${server} cannot be trusted; add sslrootcert=<file> of its certificate authority, and use the host name that it is for`;
const NO_DATABASE: Explain = ({ server, database }) =>
  `${server} has no database ${database}; create it (CREATE DATABASE), or correct the name`;
const NO_PERMISSION: Explain = ({ database, user }) =>
  `the user ${user} may not do what is asked of ${database}; migrations need the owner of the tables (DIRECT_DATABASE_URL, or else DATABASE_URL), and what runs after them needs GRANT gateway_app to the user of DATABASE_URL`;
const READ_ONLY: Explain = ({ server }) =>
  `${server} takes no writes (a standby, or a former primary), and migrations are missing; name the primary`;
const FULL: Explain = ({ server }) =>
  `${server} has no connection left; raise its max_connections, or lower DATABASE_POOL_SIZE`;
const BUSY: Explain = ({ server }) => `${server} is starting up or shutting down; start again when it is up`;
const NOT_POSTGRES: Explain = ({ server }) =>
  `what listens at ${server} does not speak PostgreSQL, or ended the connection; correct host and port`;
const NO_FILE: Explain = () => 'it names a file that cannot be read; correct sslrootcert, sslcert or sslkey';

/** By SQLSTATE, or the code of the socket's error. */
const BY_CODE: Readonly<Record<string, Explain>> = {
  ECONNREFUSED: NOTHING_THERE,
  ENOENT: NOTHING_THERE,
  EACCES: NOTHING_THERE,
  EHOSTUNREACH: SILENT,
  ENETUNREACH: SILENT,
  ETIMEDOUT: SILENT,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  ECONNRESET: NOT_POSTGRES,
  EPROTO: NOT_POSTGRES,
  '28P01': WRONG_USER,
  '28000': NO_ACCESS,
  '3D000': NO_DATABASE,
  '42501': NO_PERMISSION,
  '25006': READ_ONLY,
  '53300': FULL,
  '57P03': BUSY,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: UNTRUSTED,
};

/** Where a code says too little, or there is none. The first that fits. */
const BY_MESSAGE: readonly (readonly [RegExp, Explain])[] = [
  [/no encryption|SSL off|SSL required|requires SSL|insecure connection/i, NEEDS_TLS],
  [/does not support SSL/, NO_TLS],
  [/password must be a string|empty password|role .* does not exist/i, WRONG_USER],
  [/no such database/i, NO_DATABASE],
  [/timeout expired/i, SILENT],
  [/Connection terminated|establishing an SSL connection|unexpected message|Unknown authentication/i, NOT_POSTGRES],
];

/** Runs what a process does with its database first. What fails for the address alone is a DatabaseFailure. */
export const usingDatabase = async <T>(variable: string, url: string, use: () => Promise<T>): Promise<T> => {
  const address = addressOrFailure(variable, url);
  try {
    return await use();
  } catch (thrown) {
    const explain = isNativeError(thrown) ? explanationOf(thrown) : undefined;
    if (explain === undefined) throw thrown;
    throw new DatabaseFailure(`${variable}: ${explain(address)}`, { cause: thrown });
  }
};

/** Its files are read with the address. */
const addressOrFailure = (variable: string, url: string): DatabaseAddress => {
  try {
    return databaseAddress(url);
  } catch (thrown) {
    const isFile = thrown instanceof Error && 'syscall' in thrown;
    // Any other message is node-postgres' own, about a combination of parameters.
    const problem = isFile || !(thrown instanceof Error) ? NO_FILE(NOWHERE) : (thrown.message.split('\n')[0] ?? '');
    throw new DatabaseFailure(`${variable}: ${problem}`);
  }
};

const NOWHERE: DatabaseAddress = { server: '', database: '', user: '', transport: 'no TLS' };

/** A file that cannot be read is a fault of ours. */
const isOfFile = (thrown: Error): boolean => 'path' in thrown && 'syscall' in thrown && thrown.syscall !== 'connect';

const explanationOf = (thrown: Error): Explain | undefined => {
  if (isOfFile(thrown)) return undefined;
  const byMessage = BY_MESSAGE.find(([pattern]) => pattern.test(thrown.message))?.[1];
  const code = 'code' in thrown ? String(thrown.code) : '';
  return byMessage ?? (Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined);
};
