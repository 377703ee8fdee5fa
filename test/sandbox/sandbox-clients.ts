import { startSandbox, type Sandbox, type SandboxOptions } from '../../dev/sandbox/index.js';
import { send, type Outgoing, type Reply } from './http-client.js';

export type Client = (method: string, path: string, outgoing?: Outgoing) => Promise<Reply>;

/** A fresh sandbox for each test of the enclosing describe block. */
export const useSandbox = (options: SandboxOptions = {}): { current: Sandbox } => {
  const holder = {} as { current: Sandbox };
  beforeEach(async () => {
    holder.current = await startSandbox(options);
  });
  afterEach(() => holder.current.stop());
  return holder;
};

export const cnaughtClient =
  (sandbox: { current: Sandbox }): Client =>
  (method, path, { headers, ...rest } = {}) => {
    const { baseUrl, apiKey } = sandbox.current.cnaught;
    return send(method, baseUrl + path, { ...rest, headers: { authorization: `Bearer ${apiKey}`, ...headers } });
  };

export const carbonmarkClient =
  (sandbox: { current: Sandbox }): Client =>
  (method, path, { headers, ...rest } = {}) => {
    const { baseUrl, apiKey } = sandbox.current.carbonmark;
    return send(method, baseUrl + path, { ...rest, headers: { authorization: `Bearer ${apiKey}`, ...headers } });
  };

export const oneTribeClient =
  (sandbox: { current: Sandbox }): Client =>
  (method, path, { headers, ...rest } = {}) => {
    const { baseUrl, apiKey } = sandbox.current.oneTribe;
    return send(method, baseUrl + path, { ...rest, headers: { authorisation: `API-Key ${apiKey}`, ...headers } });
  };
