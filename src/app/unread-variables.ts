import { InvalidEnvironmentError } from '../config/environment.js';
import { GatewayEnv } from '../config/gateway.env.js';
import { explainUnread, unreadVariables } from '../config/misspelt.js';
import { variablesOf } from '../config/variable.js';
import { isEnabled } from '../providers/provider-registration.js';
import { PROVIDERS } from '../providers/registry.js';

/** What is read besides what the example lists. */
const UNLISTED = ['CRASH_AT'];

const KEY_VARIABLES: ReadonlySet<string> = new Set(PROVIDERS.map(({ enabledBy }) => enabledBy));

const KNOWN: ReadonlySet<string> = new Set([
  ...[GatewayEnv, ...PROVIDERS.map(({ env }) => env)].flatMap((shape) => variablesOf(shape).map(({ name }) => name)),
  ...UNLISTED,
]);

/** Other programs have variables that begin with DATABASE_, too, but whoever set one beside this gateway meant it. */
const PREFIXES = [...PROVIDERS.map(({ enabledBy }) => enabledBy.replace(/API_KEY$/, '')), 'DATABASE_'];

/**
 * One line for each variable that looks like one of ours and is not read. None stops a start by itself: it may be meant
 * for another program. But where no provider is on and one of them is nearly a provider's key, the start would go on with
 * nothing to buy from, or with simulators that buy nothing: throws InvalidEnvironmentError.
 */
export const tellUnreadVariables = (env: NodeJS.ProcessEnv): string[] => {
  const unread = unreadVariables(env, KNOWN, PREFIXES);
  const keys = unread.filter(({ meant }) => meant !== null && KEY_VARIABLES.has(meant));
  if (keys.length > 0 && !PROVIDERS.some((provider) => isEnabled(provider, env)))
    throw new InvalidEnvironmentError(keys.map((each) => `${explainUnread(each)} (no provider is on)`));
  return unread.map(explainUnread);
};
