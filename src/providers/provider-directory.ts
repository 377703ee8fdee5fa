import { InvalidEnvironmentError } from '../config/environment.js';
import { travelsInTheClear } from '../domain/addresses.js';
import type { FarSide } from '../domain/providers/far-side.js';
import type { OffsetProvider } from '../domain/providers/provider.js';
import type { StatementMapping } from '../domain/statements/mapping.js';
import type { ProviderKit } from './kit/call-report.js';
import { isSandboxKey } from './kit/far-side.js';
import { addressesOf, isEnabled, type ProviderRegistration } from './provider-registration.js';
import { PROVIDERS } from './registry.js';

export type { AdmitRead, AdmittedRead, CallReport, OnCall, ProviderKit } from './kit/call-report.js';

/** The variables and headers that carry the keys of providers. For every provider, enabled or not. */
export const PROVIDER_SECRET_NAMES: readonly string[] = PROVIDERS.flatMap(({ enabledBy, keyHeader }) => [
  enabledBy,
  keyHeader,
]);

/** How files of a provider's statements are read, whether it is enabled or not. Empty for a provider that nobody knows. */
export const statementMappingsOf = (provider: string): readonly StatementMapping[] =>
  PROVIDERS.find(({ id }) => id === provider)?.statements ?? [];

interface EnabledProvider {
  readonly provider: OffsetProvider;
  readonly farSide: FarSide;
}

/** The enabled providers. The rest of this folder is hidden from the application. */
export class ProviderDirectory {
  private readonly byId: ReadonlyMap<string, EnabledProvider>;

  constructor(enabled: readonly EnabledProvider[]) {
    this.byId = new Map(enabled.map((each) => [each.provider.id, each]));
  }

  /**
   * Creates every provider whose key is set. Throws InvalidEnvironmentError with the problems of all of them at once;
   * variables of a provider without a key are ignored.
   */
  static fromEnvironment(env: NodeJS.ProcessEnv, kit: ProviderKit): ProviderDirectory {
    const enabled = PROVIDERS.filter((registration) => isEnabled(registration, env));
    const created = enabled.map((registration) => createOrProblems(registration, env, kit));
    const problems = created.flatMap((outcome) => ('problems' in outcome ? outcome.problems : []));
    if (problems.length > 0) throw new InvalidEnvironmentError(problems);
    return new ProviderDirectory(created.flatMap((outcome) => ('provider' in outcome ? [outcome] : [])));
  }

  /** For ids that were checked before, such as an order's. Throws if the provider is not enabled. */
  get(id: string): OffsetProvider {
    const provider = this.find(id);
    if (!provider) throw new Error('The provider is not enabled: set its API key.');
    return provider;
  }

  /** @returns null if it is not enabled, or there is no such provider. */
  find(id: string): OffsetProvider | null {
    return this.byId.get(id)?.provider ?? null;
  }

  /** Whether there is such a provider, enabled or not: orders of one that was disabled remain. */
  knows(id: string): boolean {
    return this.byId.has(id) || PROVIDERS.some((registration) => registration.id === id);
  }

  all(): readonly OffsetProvider[] {
    return [...this.byId.values()].map(({ provider }) => provider);
  }

  /** Whom calls to an enabled provider reach. */
  farSideOf(id: string): FarSide {
    const enabled = this.byId.get(id);
    if (!enabled) throw new Error('The provider is not enabled: set its API key.');
    return enabled.farSide;
  }
}

const createOrProblems = (
  registration: ProviderRegistration,
  env: NodeJS.ProcessEnv,
  kit: ProviderKit,
): EnabledProvider | { readonly problems: readonly string[] } => {
  try {
    const provider = registration.create(env, kit);
    const problems = env['NODE_ENV'] === 'production' ? unsafeInProduction(registration, env) : [];
    return problems.length > 0 ? { problems } : { provider, farSide: registration.farSide(env) };
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) return { problems: error.problems };
    throw error;
  }
};

/** A key must not travel in the clear, and what is ordered in production must be bought. */
const unsafeInProduction = (registration: ProviderRegistration, env: NodeJS.ProcessEnv): readonly string[] => [
  ...(isSandboxKey(env[registration.enabledBy] ?? '')
    ? [`${registration.enabledBy} is a sandbox key, which buys nothing; production takes live keys only`]
    : []),
  ...addressesOf(registration, env)
    .filter(({ address }) => travelsInTheClear(address))
    .map(({ name }) => `${name} must be an https address in production, or one of this machine`),
];
