import { readEnvironment, type EnvironmentShape } from '../config/environment.js';
import { variablesOf } from '../config/variable.js';
import type { ProviderId } from '../domain/providers/calls.js';
import type { FarSide } from '../domain/providers/far-side.js';
import type { OffsetProvider } from '../domain/providers/provider.js';
import type { StatementMapping } from '../domain/statements/mapping.js';
import type { ProviderKit } from './kit/call-report.js';
import { farSideFrom } from './kit/far-side.js';
import { statementMappingFrom } from './kit/statement-mapping.js';
import canonical1 from './kit/statements/canonical-1.json' with { type: 'json' };

/** What a provider's folder exports. */
export interface ProviderRegistration {
  readonly id: ProviderId;
  /** The class of its variables, for the example environment and the documentation. */
  readonly env: EnvironmentShape<object>;
  /** The variable that turns the provider on by being set: its API key. */
  readonly enabledBy: string;
  /** The header that carries the key, in lower case. It and the variable are kept out of logs. */
  readonly keyHeader: string;
  /** How the files of its invoices are read. */
  readonly statements: readonly StatementMapping[];
  /** Whom the provider's calls reach with these variables. Throws as `create` does. */
  readonly farSide: (env: NodeJS.ProcessEnv) => FarSide;
  /** Throws InvalidEnvironmentError with every problem of its own variables. */
  readonly create: (env: NodeJS.ProcessEnv, kit: ProviderKit) => OffsetProvider;
}

export const defineProvider = <E extends object>(definition: {
  readonly id: ProviderId;
  readonly env: EnvironmentShape<E>;
  readonly enabledBy: keyof E & string;
  readonly keyHeader: string;
  /** The variable with the base address that purchases go to. */
  readonly purchasesAt: keyof E & string;
  /** Mapping files, as JSON. One that is malformed lets nothing start. */
  readonly statements: readonly unknown[];
  readonly create: (env: Readonly<E>, kit: ProviderKit) => OffsetProvider;
}): ProviderRegistration => ({
  id: definition.id,
  env: definition.env,
  enabledBy: definition.enabledBy,
  keyHeader: definition.keyHeader,
  statements: [canonical1, ...definition.statements].map(statementMappingFrom),
  farSide: (env) => {
    const read = readEnvironment(definition.env, env);
    return farSideFrom(definition.id, String(read[definition.purchasesAt]), String(read[definition.enabledBy]));
  },
  create: (env, kit) => definition.create(readEnvironment(definition.env, env), kit),
});

/** Where calls to the provider go, by variable. */
export const addressesOf = (
  { env: shape }: Pick<ProviderRegistration, 'env'>,
  env: NodeJS.ProcessEnv,
): readonly { readonly name: string; readonly address: string }[] =>
  variablesOf(shape)
    .filter(({ name }) => name.endsWith('_URL'))
    .map(({ name, fallback }) => ({ name, address: env[name] || (fallback ?? '') }));

/** An empty variable counts as unset, as compose files write it. */
export const isEnabled = ({ enabledBy }: ProviderRegistration, env: NodeJS.ProcessEnv): boolean =>
  (env[enabledBy] ?? '') !== '';
