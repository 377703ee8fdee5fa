import { isLoopbackHost, travelsInTheClear, urlFrom } from './addresses.js';

it.each([
  'https://api.example.com',
  'http://localhost:8080/v1',
  'http://127.0.0.1',
  'http://[::1]:1',
  'HTTPS://a.example',
])('a request to %s cannot be read on its way', (address) => expect(travelsInTheClear(address)).toBe(false));

it.each([
  'http://api.example.com',
  'HTTP://api.example.com',
  'http://127.0.0.1.example.com',
  'http://10.0.0.1',
  'http://0.0.0.0',
])('a request to %s can be read on its way', (address) => expect(travelsInTheClear(address)).toBe(true));

it('takes a number that URLs write differently for what it is', () => {
  expect(isLoopbackHost(new URL('http://0x7f.1/').hostname)).toBe(true);
  expect(isLoopbackHost('127.evil.example')).toBe(false);
});

it('reads an address with letters outside ASCII, however often it was asked', () => {
  const address = 'https://b\u00fccher.example/';
  for (let times = 0; times < 20_000; times++) urlFrom(address);
  expect(urlFrom(address)?.host).toBe('xn--bcher-kva.example');
  expect(urlFrom('https://')).toBeNull();
});
