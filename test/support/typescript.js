/**
 * `node --import ./test/support/typescript.js file.ts` runs a source file in a process of its own, for tests that kill
 * processes: Node 20 cannot by itself, and the built code may be older than the sources.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { transformSync } from '@swc/core';

if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, nextResolve) {
  if (!/^\.{1,2}\/.*\.js$/.test(specifier)) return nextResolve(specifier, context);
  return nextResolve(specifier.replace(/\.js$/, '.ts'), context).catch(() => nextResolve(specifier, context));
}

export async function load(url, context, nextLoad) {
  // What follows a `?` makes Node run the same file once more.
  if (!/\.ts(\?|$)/.test(url)) return nextLoad(url, context);
  const { code } = transformSync(readFileSync(new URL(url), 'utf8'), {
    filename: url,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      target: 'es2022',
      // Of JSON files.
      experimental: { keepImportAttributes: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
