import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidEnvironmentError } from '../src/config/environment.js';
import { unlessCode } from './postgres/postgres-binaries.js';

/**
 * Makes this process the only one whose simulators keep their ledgers in the folder: a second set would not know what the
 * first has sold. A socket is held rather than a file, because it goes with the process however that ends.
 * @returns how to let go. Throws InvalidEnvironmentError, with the other gateway's port, if the folder is held.
 */
export const holdFolder = async (folder: string, port: number): Promise<() => Promise<void>> => {
  const address = addressOf(folder);
  for (let tries = 0; tries < 3; tries++) {
    const server = createServer((socket) => socket.on('error', () => undefined).end(String(port)));
    if (await listens(server, address)) {
      server.unref();
      return () => new Promise((closed) => server.close(() => closed()));
    }
    const holder = await portOfHolder(address);
    if (holder !== null)
      throw new InvalidEnvironmentError([
        `PORT is ${port}, and a gateway of this folder is already on port ${holder}: use that one, or stop it first`,
      ]);
    // Left by a process that was killed.
    await rm(address, { force: true });
  }
  throw new Error(`the folder ${folder} could not be held`);
};

const addressOf = (folder: string): string => {
  const name = `offset-gateway-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
};

const listens = (server: Server, address: string): Promise<boolean> =>
  new Promise<boolean>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => resolve(true));
  }).catch((error: NodeJS.ErrnoException) => {
    unlessCode('EADDRINUSE')(error);
    return false;
  });

/** @returns null if nobody listens there. */
const portOfHolder = (address: string): Promise<string | null> =>
  new Promise((resolve) => {
    let said = '';
    const socket = connect(address);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (said += text));
    socket.once('error', () => resolve(null));
    socket.once('end', () => resolve(said));
  });
