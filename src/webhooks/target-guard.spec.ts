import type { TargetNotAllowedError } from '../domain/webhooks/target.js';
import { TargetGuard } from './target-guard.js';

const PUBLIC = '93.184.216.34';
const PUBLIC_IPV6 = '2606:2800:220:1::1';

const guardOf = (addresses: readonly string[], allowsLoopback = false): TargetGuard =>
  new TargetGuard({ allowsLoopback }, () => Promise.resolve(addresses));

const refusalOf = (guard: TargetGuard, address: string): Promise<string> =>
  guard.vet(address).then(
    ({ url }) => url.href,
    (thrown: TargetNotAllowedError) => thrown.refusal,
  );

it('gives all the addresses of a name', async () => {
  const { url, addresses } = await guardOf([PUBLIC, PUBLIC_IPV6]).vet('https://Hooks.example.com/a');
  expect([url.href, addresses]).toEqual(['https://hooks.example.com/a', [PUBLIC, PUBLIC_IPV6]]);
});

it.each([
  ['private', ['10.0.0.1']],
  ['private beside a public one', [PUBLIC, '192.168.1.1']],
  ['of the other family beside a public one', [PUBLIC, '::1']],
  ['IPv4 beside a public one of IPv6', [PUBLIC_IPV6, '127.0.0.1']],
  ['of this machine, in development too', ['127.0.0.1']],
])('refuses a name with an address that is %s', async (_, addresses) => {
  expect(await refusalOf(guardOf(addresses, true), 'https://hooks.example.com/')).toBe('address');
});

it('refuses a name that has no address, or none that can be found out', async () => {
  expect(await refusalOf(guardOf([]), 'https://hooks.example.com/')).toBe('unresolvable');
  const failing = new TargetGuard({ allowsLoopback: false }, () => Promise.reject(new Error('SERVFAIL')));
  expect(await refusalOf(failing, 'https://hooks.example.com/')).toBe('unresolvable');
});

/** All of them this machine, or its network. */
const SPELLINGS = [
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0x7f.0.0.0x1/',
  'https://017700000001/',
  'https://0177.0.0.1/',
  'https://0000177.0.0.1/',
  'https://127.1/',
  'https://127.0.1/',
  'https://127.0.0.1./',
  'https://0/',
  'https://0.0.0.0/',
  'https://①②⑦.⓪.⓪.①/',
  'https://１２７.0.0.1/',
  'https://127。0。0。1/',
  'https://%31%32%37.0.0.1/',
  'https:127.0.0.1/',
  'https:///127.0.0.1/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[::7f00:1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://0xa9fea9fe/',
  'https://169.254.43518/',
  'https://10.1/',
  'https://3232235777/',
];

it.each(SPELLINGS)('refuses %s', async (address) => {
  expect(await refusalOf(guardOf([PUBLIC]), address)).toBe('address');
});

it('leads nowhere else in development than where its name says', async () => {
  const { addresses } = await guardOf([PUBLIC], true).vet('http://localhost:8080/');
  expect(addresses).toEqual(['127.0.0.1']);
  expect(await refusalOf(guardOf([PUBLIC], true), 'https://10.0.0.1/')).toBe('address');
});
