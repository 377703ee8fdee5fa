import * as oidc from 'openid-client';
import { isPlainHttp } from '../domain/addresses.js';

export interface IdentityProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends browsers back to. */
  readonly redirectUri: string;
}

/** What the browser that is sent away keeps to itself. Only with it can what comes back be turned into a person. */
export interface Handshake {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who the provider says has signed in. */
export interface ProvenAccount {
  readonly issuer: string;
  readonly subject: string;
  /** Only one that the provider has verified. */
  readonly email: string | null;
  /** The claim that was asked for, as a list of words. */
  readonly words: readonly string[];
}

export type Proof =
  | { readonly kind: 'proven'; readonly account: ProvenAccount }
  /** The provider says no: the person, or somebody in charge there, did not want it. */
  | { readonly kind: 'declined' }
  /** Nothing that can be believed: not from this sign-in, used before, of another issuer or for another client. */
  | { readonly kind: 'unproven'; readonly why: string }
  | { readonly kind: 'unavailable'; readonly why: string };

/** For all requests of one sign-in together: nobody waits longer at a door. */
const DEADLINE_MS = 5_000;

/** How long the provider's addresses are taken to be what they were. */
const METADATA_MS = 600_000;

type Fetch = NonNullable<oidc.Configuration[typeof oidc.customFetch]>;

/**
 * The company's own identity provider (OpenID Connect, code flow with PKCE). It is asked when somebody signs in and at no
 * other time, so nothing else depends on it. It signs the tokens that are believed; what they say is checked by
 * `openid-client`: issuer, audience, times, nonce, signature.
 */
export class IdentityProvider {
  private known: { readonly metadata: oidc.ServerMetadata; readonly readAtMs: number } | null = null;

  /** @param given null for none: then nothing may be asked of it */
  constructor(
    private readonly given: IdentityProviderSettings | null,
    private readonly deadlineMs = DEADLINE_MS,
  ) {}

  private get settings(): IdentityProviderSettings {
    if (!this.given) throw new Error('there is no identity provider: OPS_OIDC_ISSUER is not set');
    return this.given;
  }

  /** Where to send the browser. @returns null if the provider does not respond. */
  async addressFor(handshake: Handshake): Promise<URL | null> {
    try {
      const config = await this.configuration(AbortSignal.timeout(this.deadlineMs));
      return oidc.buildAuthorizationUrl(config, {
        redirect_uri: this.settings.redirectUri,
        scope: 'openid email profile',
        state: handshake.state,
        nonce: handshake.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(handshake.verifier),
        code_challenge_method: 'S256',
      });
    } catch {
      return null;
    }
  }

  /** Who has come back. `query` is that of the address they came to, from the question mark on. */
  async prove(query: string, { state, nonce, verifier }: Handshake, claim: string): Promise<Proof> {
    try {
      const config = await this.configuration(AbortSignal.timeout(this.deadlineMs));
      const came = new URL(`${this.settings.redirectUri}${query}`);
      const tokens = await oidc.authorizationCodeGrant(config, came, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
      });
      const claims = tokens.claims();
      if (!claims) return { kind: 'unproven', why: 'no_id_token' };
      // Some providers tell who it is in the token, others only when they are asked.
      const isTold = ['email', claim].every((name) => Object.hasOwn(claims, name));
      const told =
        isTold || config.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
      return { kind: 'proven', account: accountFrom({ ...told, ...claims }, claim) };
    } catch (thrown) {
      return proofFrom(thrown);
    }
  }

  /** As the provider describes itself, with one deadline for whatever is asked of it. */
  private async configuration(deadline: AbortSignal): Promise<oidc.Configuration> {
    const { clientId, clientSecret, issuer } = this.settings;
    const until = fetchUntil(deadline);
    const extensions = isPlainHttp(issuer) ? [oidc.allowInsecureRequests] : [];
    const metadata = await this.metadata(until, extensions);
    const takesPost = metadata.token_endpoint_auth_methods_supported?.includes('client_secret_basic') === false;
    const auth = takesPost ? oidc.ClientSecretPost(clientSecret) : oidc.ClientSecretBasic(clientSecret);
    const config = new oidc.Configuration(metadata, clientId, undefined, auth);
    config[oidc.customFetch] = until;
    config.timeout = DEADLINE_MS / 1000;
    for (const extend of [oidc.enableNonRepudiationChecks, ...extensions]) extend(config);
    return config;
  }

  private async metadata(
    until: Fetch,
    execute: ((config: oidc.Configuration) => void)[],
  ): Promise<oidc.ServerMetadata> {
    const { clientId, issuer } = this.settings;
    if (this.known && performance.now() - this.known.readAtMs < METADATA_MS) return this.known.metadata;
    const options = { [oidc.customFetch]: until, timeout: DEADLINE_MS / 1000, execute };
    const metadata = (await oidc.discovery(new URL(issuer), clientId, undefined, undefined, options)).serverMetadata();
    this.known = { metadata, readAtMs: performance.now() };
    return metadata;
  }
}

/** One clock for reading the whole of every response, so that one that trickles ends, too. */
const fetchUntil =
  (deadline: AbortSignal): Fetch =>
  (url, { signal, ...options }) =>
    fetch(url, { ...options, signal: signal ? AbortSignal.any([signal, deadline]) : deadline } as RequestInit);

const accountFrom = (claims: oidc.IDToken, claim: string): ProvenAccount => {
  const { iss: issuer, sub: subject, email, email_verified: isVerified } = claims;
  const words = Object.hasOwn(claims, claim) ? claims[claim] : [];
  return {
    issuer,
    subject,
    email: isVerified === true && typeof email === 'string' ? email.toLowerCase() : null,
    words: (Array.isArray(words) ? words : [words]).filter((word) => typeof word === 'string'),
  };
};

/** What the library throws where nobody has answered in time, or not as an identity provider does. */
const NO_ANSWER: ReadonlySet<unknown> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/** The code of a failure and no more: its cause may hold tokens. */
const proofFrom = (thrown: unknown): Proof => {
  if (thrown instanceof oidc.AuthorizationResponseError) return { kind: 'declined' };
  if (thrown instanceof oidc.ResponseBodyError)
    return thrown.status >= 500 || thrown.error === 'invalid_client'
      ? { kind: 'unavailable', why: thrown.error }
      : { kind: 'unproven', why: thrown.error };
  if (thrown instanceof oidc.ClientError) {
    const why = String(thrown.code ?? 'unknown');
    return { kind: NO_ANSWER.has(thrown.code) ? 'unavailable' : 'unproven', why };
  }
  return { kind: 'unavailable', why: 'no_connection' };
};
