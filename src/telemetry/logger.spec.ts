import { createLogger } from './logger.js';

const logged = (thrown: unknown): Record<string, unknown> => {
  const lines: string[] = [];
  createLogger('info', { write: (line: string) => lines.push(line) }).error({ err: thrown }, 'it failed');
  return (JSON.parse(lines[0] ?? '{}') as { err: Record<string, unknown> }).err;
};

it('logs of an error where it came from, without the folder of the installation', () => {
  const { type, message, stack } = logged(new TypeError('x is not a function'));
  expect([type, message]).toEqual(['TypeError', 'x is not a function']);
  expect((stack as string[])[0]).toMatch(/^at .*src\/telemetry\/logger\.spec\.ts:\d+:\d+\)?$/);
  expect((stack as string[])[0]).not.toMatch(/\(\//);
});

it('logs of a database error neither its message nor lines of it that look like a stack', () => {
  const failed = Object.assign(new Error('duplicate key (Jane Smith)\n    at Jane (Smith)'), {
    severity: 'ERROR',
    code: '23505',
  });
  const described = logged(failed);
  expect(described['code']).toBe('23505');
  expect(JSON.stringify(described)).not.toMatch(/Jane|Smith/);
});

it('cuts secrets out of what it logs of an error', () => {
  const failed = new Error('sent Authorization: Bearer canary-7f3a');
  failed.stack = `Error: ${failed.message}\n    at GET https://gateway.example/v1/returns/canary-7f3a/x`;
  expect(JSON.stringify(logged(failed))).not.toContain('canary-7f3a');
});

it('logs of anything else that was thrown only what kind of thing it is', () => {
  expect(logged('canary-7f3a')).toEqual({ type: 'string' });
});
