import { HOUR_MS, oldSecretsExpireAt, rotated, signingAt, type SealedSecret } from './secret.js';

const NOW = new Date('2026-11-27T12:00:00.000Z');
const inHours = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR_MS);
const secret = (sealed: string, expiresAt: Date | null): SealedSecret => ({ keyId: 'k', sealed, expiresAt });
const fresh = { keyId: 'k', sealed: 'new' };
const endsOf = (secrets: readonly SealedSecret[]) => secrets.map(({ sealed, expiresAt }) => [sealed, expiresAt]);

it('a new secret signs first, and the one before it as long as it is given', () => {
  const after = rotated([secret('old', null)], fresh, NOW, 3 * HOUR_MS);
  expect(endsOf(after)).toEqual([
    ['new', null],
    ['old', inHours(3)],
  ]);
  expect(oldSecretsExpireAt(after)).toEqual(inHours(3));
  expect(signingAt(after, inHours(3)).map(({ sealed }) => sealed)).toEqual(['new']);
});

it('all that receivers may know go on signing, none longer than before, and what has ended goes', () => {
  const held = [secret('b', null), secret('a', inHours(1)), secret('ended', NOW)];
  expect(endsOf(rotated(held, fresh, NOW, 24 * HOUR_MS))).toEqual([
    ['new', null],
    ['b', inHours(24)],
    ['a', inHours(1)],
  ]);
  expect(endsOf(rotated([secret('b', null), secret('a', inHours(20))], fresh, NOW, HOUR_MS))).toEqual([
    ['new', null],
    ['b', inHours(1)],
    ['a', inHours(1)],
  ]);
});

it('the old ones can be ended at once', () => {
  const after = rotated([secret('b', null), secret('a', inHours(1))], fresh, NOW, 0);
  expect(endsOf(after)).toEqual([['new', null]]);
  expect(oldSecretsExpireAt(after)).toBeNull();
});
