import { ROLE_NAMES, type Role } from '../../domain/operators/operator.js';

/** How the identity provider says what a person may do here: words in a claim, and what each of them opens. */
export class RoleClaims {
  constructor(
    readonly claim: string,
    private readonly roles: ReadonlyMap<string, Role>,
  ) {}

  /** Of valid settings, such as `carbon-desk=operator,carbon-leads=approver`; null: each role by its own name. */
  static from(claim: string, mapping: string | null): RoleClaims {
    const pairs = mapping?.split(',') ?? ROLE_NAMES.map((role) => `${role}=${role}`);
    return new RoleClaims(
      claim,
      new Map(
        pairs.flatMap((pair) => {
          const at = pair.lastIndexOf('=');
          const role = ROLE_NAMES.find((name) => name === pair.slice(at + 1).trim());
          return role ? [[pair.slice(0, at).trim(), role] as const] : [];
        }),
      ),
    );
  }

  /** The one that opens most. @returns null if none of the words opens anything. */
  roleIn(words: readonly string[]): Role | null {
    const opened = new Set(words.map((word) => this.roles.get(word)));
    return ROLE_NAMES.findLast((role) => opened.has(role)) ?? null;
  }
}
