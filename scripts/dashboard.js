/** Bundles `dashboard/` into `dist/dashboard`: a page, and beside it files whose names change with what is in them. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './root.js';

const target = join(root, 'dist/dashboard');
await rm(target, { recursive: true, force: true });

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { ops: 'dashboard/src/main.tsx' },
  outdir: join(target, 'assets'),
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  jsx: 'automatic',
  target: ['chrome123', 'firefox121', 'safari17.5'],
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

/** What the page begins with; the rest is asked for by screens. */
const outputs = Object.entries(metafile.outputs);
const [script, { imports, cssBundle }] = outputs.find(([, { entryPoint }]) => entryPoint === 'dashboard/src/main.tsx');
const addressOf = (path) => `/ops/assets/${basename(path)}`;
const needed = imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => addressOf(path));
const page = await readFile(join(root, 'dashboard/index.html'), 'utf8');
await writeFile(
  join(target, 'index.html'),
  page
    .replace('{{style}}', addressOf(cssBundle))
    .replace('{{needed}}', needed.map((path) => `<link rel="modulepreload" href="${path}" />`).join(''))
    .replace('{{script}}', addressOf(script)),
);
