import { clearTextWarnings } from './start-report.js';

const warnings = (databaseUrl: string, redisUrl: string | null = null, directDatabaseUrl: string | null = null) =>
  clearTextWarnings({ databaseUrl, redisUrl, directDatabaseUrl });

const AT = 'postgresql://gateway:hunter2';

it.each([
  `${AT}@db.example/gateway?sslmode=verify-full`,
  `${AT}@db.example/gateway?sslnegotiation=direct`,
  `${AT}@127.0.0.1/gateway?sslmode=disable`,
  `${AT}@localhost/gateway`,
  `${AT}@[::1]:5433/gateway`,
  `${AT}@%2Fvar%2Frun%2Fpostgresql/gateway`,
  `${AT}@/gateway?host=/var/run/postgresql`,
])('nobody can read along at %s', (url) => expect(warnings(url)).toEqual([]));

it.each([
  [`${AT}@db.example/gateway`, 'DATABASE_URL has no TLS'],
  [`${AT}@db.example/gateway?sslmode=disable`, 'DATABASE_URL has no TLS'],
  [`${AT}@10.0.0.5:6432/gateway`, 'on the way to 10.0.0.5:6432; add sslmode=verify-full'],
  [`${AT}@db.example/gateway?sslmode=no-verify`, 'DATABASE_URL takes any certificate'],
  [`${AT}@db.example/gateway?uselibpqcompat=true&sslmode=require`, 'DATABASE_URL takes any certificate'],
])('warns of %s, without the password', (url, warning) => {
  expect(warnings(url)).toEqual([expect.stringContaining(warning)]);
  expect(warnings(url).join('')).not.toContain('hunter2');
});

it('warns of each address on its own, and of Redis', () => {
  expect(warnings(`${AT}@localhost/g`, 'redis://:hunter2@cache.example:6379', `${AT}@db.example/g`)).toEqual([
    expect.stringMatching(/^DIRECT_DATABASE_URL has no TLS/),
    expect.stringMatching(/^REDIS_URL has no TLS/),
  ]);
  expect(warnings(`${AT}@localhost/g`, 'rediss://cache.example')).toEqual([]);
  expect(warnings(`${AT}@localhost/g`, 'redis://127.0.0.1:6379')).toEqual([]);
});
