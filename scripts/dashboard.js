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
  bundle: true,
  minify: true,
  format: 'esm',
  jsx: 'automatic',
  target: ['chrome123', 'firefox121', 'safari17.5'],
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const built = Object.keys(metafile.outputs).map((path) => basename(path));
const addressOf = (ending) => `/ops/assets/${built.find((name) => name.endsWith(ending))}`;
const page = await readFile(join(root, 'dashboard/index.html'), 'utf8');
await writeFile(
  join(target, 'index.html'),
  page.replace('{{style}}', addressOf('.css')).replace('{{script}}', addressOf('.js')),
);
