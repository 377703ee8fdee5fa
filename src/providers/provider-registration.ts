import { readEnvironment, type EnvironmentShape } from '../config/environment.js';
import type { ProviderId } from '../domain/providers/calls.js';
import type { OffsetProvider } from '../domain/providers/provider.js';
import type { ProviderKit } from './kit/call-report.js';

/** What a provider's folder exports. */
export interface ProviderRegistration {
  readonly id: ProviderId;
  /** The class of its variables, for the example environment and the documentation. */
  readonly env: EnvironmentShape<object>;
  /** The variable that turns the provider on by being set: its API key. */
  readonly enabledBy: string;
  /** The header that carries the key, in lower case. It and the variable are kept out of logs. */
  readonly keyHeader: string;
  /** Throws InvalidEnvironmentError with every problem of its own variables. */
  readonly create: (env: NodeJS.ProcessEnv, kit: ProviderKit) => OffsetProvider;
}

export const defineProvider = <E extends object>(definition: {
  readonly id: ProviderId;
  readonly env: EnvironmentShape<E>;
  readonly enabledBy: keyof E & string;
  readonly keyHeader: string;
  readonly create: (env: Readonly<E>, kit: ProviderKit) => OffsetProvider;
}): ProviderRegistration => ({
  id: definition.id,
  env: definition.env,
  enabledBy: definition.enabledBy,
  keyHeader: definition.keyHeader,
  create: (env, kit) => definition.create(readEnvironment(definition.env, env), kit),
});

/** An empty variable counts as unset, as compose files write it. */
export const isEnabled = ({ enabledBy }: ProviderRegistration, env: NodeJS.ProcessEnv): boolean =>
  (env[enabledBy] ?? '') !== '';
