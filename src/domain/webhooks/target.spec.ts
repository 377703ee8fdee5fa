import { targetFrom, TargetNotAllowedError } from './target.js';

const PRODUCTION = { allowsLoopback: false };
const DEVELOPMENT = { allowsLoopback: true };

const refusalOf = (text: string, rule = PRODUCTION): string => {
  try {
    return targetFrom(text, rule).href;
  } catch (thrown) {
    if (thrown instanceof TargetNotAllowedError) return thrown.refusal;
    throw thrown;
  }
};

it.each([
  'https://hooks.example.com/orders?a=1',
  'https://hooks.example.com:8443/',
  'HTTPS://Hooks.Example.com',
  'https://xn--bcher-kva.example/',
  'https://bücher.example/',
  'https://203.0.114.7/',
])('%s may be a target', (text) => expect(refusalOf(text)).toMatch(/^https:/));

it.each([
  ['http://hooks.example.com/', 'scheme'],
  ['ftp://hooks.example.com/', 'scheme'],
  ['file:///etc/passwd', 'scheme'],
  ['javascript:alert(1)', 'scheme'],
  ['hooks.example.com', 'unreadable'],
  ['', 'unreadable'],
  [' https://hooks.example.com/', 'unreadable'],
  ['https://hooks.example.com/\n', 'unreadable'],
  ['https://hooks.example.com\\@internal.example/', 'unreadable'],
  ['https://soft­hyphen.example.com/', 'unreadable'],
  ['https://1.2.3.4.5/', 'unreadable'],
  ['https://[fe80::1%25eth0]/', 'unreadable'],
  ['https://user@hooks.example.com/', 'credentials'],
  ['https://user:secret@hooks.example.com/', 'credentials'],
  ['https://@hooks.example.com/', 'credentials'],
  ['https://:@hooks.example.com/', 'credentials'],
  ['https://hooks.example.com:80/', 'port'],
  ['https://hooks.example.com:0/', 'port'],
  ['https://hooks.example.com:25/', 'port'],
  ['https://hooks.example.com:5432/', 'port'],
  ['https://hooks.example.com:6379/', 'port'],
  ['https://localhost/', 'local_name'],
  ['https://LOCALHOST./', 'local_name'],
  ['https://ⓛocalhost/', 'local_name'],
  ['https://intranet/', 'local_name'],
  ['https://printer.local/', 'local_name'],
  ['https://a.localhost/', 'local_name'],
  ['https://metadata.google.internal/', 'local_name'],
  ['https://metadata.google.internal./', 'local_name'],
  ['https://router.home.arpa/', 'local_name'],
  ['https://gateway.default.svc/', 'local_name'],
  ['https://gateway.default.svc.cluster.local/', 'local_name'],
  ['https://hooks.example.com./', 'local_name'],
  ['https://exa_mple.com/', 'local_name'],
  ['https://a..example.com/', 'local_name'],
])('%j may not, because of its %s', (text, refusal) => expect(refusalOf(text)).toBe(refusal));

it.each(['http://localhost:8080/', 'http://127.0.0.1:1/', 'http://[::1]:8080/a', 'https://127.0.0.1:9443/'])(
  '%s is a target in development alone',
  (text) => {
    expect(refusalOf(text, DEVELOPMENT)).toMatch(/^http/);
    expect(refusalOf(text)).not.toMatch(/^http/);
  },
);

it.each(['http://10.0.0.1/', 'http://hooks.example.com/', 'http://127.0.0.1.example.com/', 'http://user@127.0.0.1/'])(
  '%s is none in development either',
  (text) => expect(refusalOf(text, DEVELOPMENT)).not.toMatch(/^http/),
);
