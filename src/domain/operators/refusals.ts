/** Why somebody who comes from the identity provider is not let in, as it is told to them. */
export const SIGN_IN_REFUSALS = {
  begin_again:
    'This sign-in was not begun in this browser, took longer than ten minutes, or was finished before. Begin again.',
  declined: 'The identity provider has not let you in. Ask there, or begin again.',
  unavailable: 'The identity provider does not respond as it should. Try again in a minute.',
  no_role: 'Your account at the identity provider has no role here. Ask whoever gives out roles there.',
  no_operator:
    'No operator goes with your account. Ask an admin to make you one under the email address that the identity provider has verified.',
  disabled: 'Your access as an operator has ended.',
  too_many: 'Too many tries from here have failed. Wait for a minute.',
} as const;
export type SignInRefusal = keyof typeof SIGN_IN_REFUSALS;
