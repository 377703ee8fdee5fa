import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROVIDERS } from '../../src/providers/registry.js';

const HTTP = fileURLToPath(new URL('../../src/http', import.meta.url));

describe('the HTTP layer', () => {
  it('names no provider but in examples', () => {
    const names = new RegExp(PROVIDERS.map(({ id }) => id.replaceAll('_', '[ _-]?')).join('|'), 'i');
    const files = readdirSync(HTTP, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!\.examples)\.ts$/.test(file),
    );
    const lines = files.flatMap((file) =>
      readFileSync(join(HTTP, file), 'utf8')
        .split('\n')
        .filter((line) => names.test(line) && !/\bexamples?:/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(files).not.toEqual([]);
    expect(lines).toEqual([]);
  });
});
