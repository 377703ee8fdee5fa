import type { AnySimulator, Sandbox, SimulatorName } from '../../dev/sandbox/index.js';
import { send, type Outgoing, type Reply } from './http-client.js';
import { carbonmarkClient, cnaughtClient, oneTribeClient } from './sandbox-clients.js';

export const commandTo = (simulator: AnySimulator, method: string, path: string, outgoing?: Outgoing): Promise<Reply> =>
  send(method, `${simulator.origin}/_sandbox${path}`, outgoing);

/** What a command could have changed. */
export const stateOf = (simulator: AnySimulator): unknown => [
  simulator.ledger.entries().length,
  simulator.faults.list().length,
  simulator.switches.all(),
  Reflect.ownKeys(Object.prototype).length,
];

/** A read of the provider's own API. */
export const readFrom = async (
  sandbox: { current: Sandbox },
  name: SimulatorName,
  signal?: AbortSignal,
): Promise<number> => {
  const reads = {
    cnaught: () => cnaughtClient(sandbox)('GET', '/orders', { ...(signal && { signal }) }),
    carbonmark: () => carbonmarkClient(sandbox)('GET', '/prices', { ...(signal && { signal }) }),
    oneTribe: () => oneTribeClient(sandbox)('GET', '/transactions', { ...(signal && { signal }) }),
  };
  return (await reads[name]()).status;
};

/** A body so many levels deep, and one. */
export const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
