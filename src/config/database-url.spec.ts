import { databaseUrlProblem } from './database-url.js';
import { gatewaySettings } from './gateway-settings.js';

const AT = 'postgresql://gateway:hunter2@db.example';

it.each([
  'postgres://db.example',
  `${AT}:5432/gateway`,
  `${AT}/gateway?sslmode=verify-full&sslrootcert=/etc/ca.pem`,
  `${AT}/gateway?application_name=x&options=-c%20search_path%3Dgateway&statement_timeout=5000`,
  'postgresql://gateway:p%2Cw@[2001:db8::1]:5432/gateway',
  'postgresql://gateway:hunter2@/gateway?host=/var/run/postgresql',
  'postgresql://gateway:hunter2@%2Fvar%2Frun%2Fpostgresql/gateway',
])('takes %s', (url) => {
  expect(databaseUrlProblem(url)).toBeNull();
});

it.each([
  ['another scheme', 'mysql://db.example/gateway', /postgresql:\/\//],
  ['two hosts', 'postgresql://gateway:hunter2@a.example,b.example/gateway', /several hosts/],
  ['two hosts with ports', 'postgresql://gateway:hunter2@a.example:5432,b.example:5433/gateway', /several hosts/],
  ['two hosts as a parameter', 'postgresql:///gateway?host=a.example,b.example', /several hosts/],
  ['a password that is not encoded', 'postgresql://gateway:hun/ter2@db.example:5432/gateway', /percent-encode/],
  ['the kind of server', `${AT}/gateway?target_session_attrs=read-write`, /target_session_attrs: .*one address/],
  ['a limit that does not end the statement', `${AT}/gateway?query_timeout=5000`, /query_timeout: .*is committed/],
  ['the same, after others', `${AT}/gateway?sslmode=disable&query_timeout=0`, /DATABASE_STATEMENT_SECONDS/],
  ["libpq's time-out", `${AT}/gateway?connect_timeout=5`, /connect_timeout/],
  ["Prisma's schema", `${AT}/gateway?schema=public`, /search_path/],
  ['a certificate without TLS', `${AT}/gateway?sslrootcert=/etc/ca.pem&sslmode=disable`, /beside sslmode=disable/],
  ['a parameter nobody knows', `${AT}/gateway?hunter2=1`, /would be ignored/],
  ['a name of JavaScript', `${AT}/gateway?constructor=1`, /would be ignored/],
])('refuses %s', (_, url, reason) => {
  expect(databaseUrlProblem(url)).toMatch(reason);
  expect(databaseUrlProblem(url)).not.toContain('hunter2');
});

it('is asked of both addresses, which are named with the fix and without a value', () => {
  const settings = (): unknown =>
    gatewaySettings({ DATABASE_URL: `${AT},b/gateway`, DIRECT_DATABASE_URL: `${AT}/gateway?query_timeout=1` });
  expect(settings).toThrow(
    /DATABASE_URL must not name several hosts.*\n.*DIRECT_DATABASE_URL must not set query_timeout/,
  );
  expect(settings).not.toThrow(/hunter2/);
});
