/** Writes the files whose source is in the code; with --check, only says which of them are out of date. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureCode } from './ensure.js';
import { root } from './root.js';

await ensureCode();
const { format, getFileInfo, resolveConfig } = await import('prettier');
const { generatedFiles } = await import('../dist/scripts/gen/generated-files.js');
const { openApiFile } = await import('../dist/scripts/gen/openapi-file.js');
const { clientTypes } = await import('../dist/scripts/gen/client-types.js');
const { dashboardWords } = await import('../dist/scripts/gen/dashboard-words.js');

const checkOnly = process.argv.includes('--check');
const openApi = await openApiFile();
for (const { path, content } of [...generatedFiles(root), dashboardWords(), openApi, await clientTypes(openApi)]) {
  const file = join(root, path);
  const wanted = await formatted(file, content);
  if (wanted === (await readFile(file, 'utf8').catch(() => null))) continue;
  if (checkOnly) {
    console.error(`${path} is out of date: run npm run gen`);
    process.exitCode = 1;
  } else {
    await writeFile(file, wanted);
    console.log(`wrote ${path}`);
  }
}
if (checkOnly && process.exitCode === undefined) console.log('generated files are up to date');

/** As the format check wants it, for the kinds of file it looks at. */
async function formatted(file, content) {
  const { inferredParser } = await getFileInfo(file);
  return inferredParser === null ? content : format(content, { ...(await resolveConfig(file)), filepath: file });
}
