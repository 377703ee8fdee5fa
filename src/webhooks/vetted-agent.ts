import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { BlockList, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TargetNotAllowedError } from '../domain/webhooks/target.js';

/** For one request: it dials these addresses and no others, whatever the host name leads to by now. */
export const vettedAgents = (
  addresses: readonly string[],
): { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent } => {
  const options: AgentOptions = { keepAlive: false, lookup: lookupAmong(addresses) } as AgentOptions;
  const check = checkOf(addresses);
  return { httpAgent: new CheckedHttpAgent(options, check), httpsAgent: new CheckedHttpsAgent(options, check) };
};

type Check = (socket: Duplex | null | undefined) => void;

class CheckedHttpAgent extends HttpAgent {
  constructor(
    options: AgentOptions,
    private readonly check: Check,
  ) {
    super(options);
  }

  override createConnection(
    ...args: Parameters<HttpAgent['createConnection']>
  ): ReturnType<HttpAgent['createConnection']> {
    const socket = super.createConnection(...args);
    this.check(socket);
    return socket;
  }
}

class CheckedHttpsAgent extends HttpsAgent {
  constructor(
    options: AgentOptions,
    private readonly check: Check,
  ) {
    super(options);
  }

  override createConnection(
    ...args: Parameters<HttpsAgent['createConnection']>
  ): ReturnType<HttpsAgent['createConnection']> {
    const socket = super.createConnection(...args);
    this.check(socket);
    return socket;
  }
}

const lookupAmong = (addresses: readonly string[]): LookupFunction => {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_, options, callback) => {
    const [first] = answers;
    if (!first) callback(new TargetNotAllowedError('unresolvable'), '', 4);
    else if (options.all) callback(null, answers);
    else callback(null, first.address, first.family);
  };
};

/** Before a byte is sent, the TLS handshake included: this is where the connection leads, or it ends. */
const checkOf = (addresses: readonly string[]): Check => {
  const vetted = new BlockList();
  for (const address of addresses) vetted.addAddress(address, familyOf(address));
  return (socket) => {
    const connection = socket as Socket;
    connection.prependOnceListener('connect', () => {
      const { remoteAddress = '' } = connection;
      if (isIP(remoteAddress) === 0 || !vetted.check(remoteAddress, familyOf(remoteAddress)))
        connection.destroy(new TargetNotAllowedError('address'));
    });
  };
};

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
