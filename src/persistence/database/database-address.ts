import pg from 'pg';
import { isLoopbackHost } from '../../domain/addresses.js';

/** Where an address of a database leads, as node-postgres reads it: with its defaults, and without the password. */
export interface DatabaseAddress {
  readonly server: string;
  readonly database: string;
  readonly user: string;
  readonly transport: 'verified TLS' | 'unverified TLS' | 'no TLS' | 'this machine';
}

export const databaseAddress = (url: string): DatabaseAddress => {
  const client = new pg.Client({ connectionString: url });
  const { host, port, database = '', user = '' } = client;
  const isSocket = host.startsWith('/');
  return {
    server: isSocket ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`,
    database,
    user,
    transport: isSocket || isLoopbackHost(host) ? 'this machine' : transportOf(client.ssl),
  };
};

const transportOf = (ssl: unknown): DatabaseAddress['transport'] => {
  if (!ssl) return 'no TLS';
  const isTrusting = typeof ssl === 'object' && 'rejectUnauthorized' in ssl && ssl.rejectUnauthorized === false;
  return isTrusting ? 'unverified TLS' : 'verified TLS';
};
