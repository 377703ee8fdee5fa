import { readFile } from 'node:fs/promises';

const ROW = /^\| `(src\/[^`]+)`\s+\|/gm;

describe('the purchase path', () => {
  it('is read top to bottom in under 400 lines, in the files that the map names', async () => {
    const map = await readFile('docs/architecture.md', 'utf8');
    const [, path = ''] = /top to bottom in three files([\s\S]*?)\n\nBeside them/.exec(map) ?? [];
    const files = [...path.matchAll(ROW)].map(([, file = '']) => file);
    expect(files).toHaveLength(3);
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const lines = texts.flatMap((text) => text.trimEnd().split('\n'));
    expect(lines.length).toBeLessThan(400);
  });
});
