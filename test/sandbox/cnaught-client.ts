import { CNaughtApiClient, CNaughtError } from '@cnaught/cnaught-node-sdk';
import type { CnaughtSimulator } from '../../dev/sandbox/index.js';
import { useSandbox } from './sandbox-clients.js';

/** The client speaks https to a host and a port; the simulator has no certificate. Nothing else is changed. */
export const clientOf = ({ baseUrl, apiKey }: CnaughtSimulator, key = apiKey): CNaughtApiClient => {
  const { hostname, port } = new URL(baseUrl);
  return new CNaughtApiClient(key, {
    hostname,
    port,
    fetch: (input, init) => fetch(String(input).replace(/^https:/, 'http:'), init),
  });
};

export const errorOf = async (failing: Promise<unknown>): Promise<CNaughtError> => {
  const error: unknown = await failing.catch((thrown: unknown) => thrown);
  if (error instanceof CNaughtError) return error;
  throw new Error('The client threw no error of its own class.', { cause: error });
};

export const useClient = (): { readonly current: { simulator: CnaughtSimulator; client: CNaughtApiClient } } => {
  const sandbox = useSandbox();
  const holder = {} as { current: { simulator: CnaughtSimulator; client: CNaughtApiClient } };
  beforeEach(() => {
    const simulator = sandbox.current.cnaught;
    simulator.switches.set({ subaccounts: true });
    holder.current = { simulator, client: clientOf(simulator) };
  });
  return holder;
};
