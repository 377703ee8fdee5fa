import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../problems/http-problem.js';
import { HttpSettings } from '../server/http-settings.js';
import { DASHBOARD_PATH } from './sign-in-paths.js';

/** Where scripts/dashboard.js puts it: from the code as it is built, and as tests run it. */
const FOLDER = ['../../../../dist/dashboard', '../../../dist/dashboard']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(join(path, 'index.html')));

/** Its own files alone, no inline script, nothing made to run out of text, and no address but ours. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const zipped = promisify(gzip);

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly packed: Promise<Buffer>;
}

/**
 * The pages for operators. They are given to anyone and hold no data: that comes from /v1/ops, with a session. Every
 * address below /ops is the one page, which reads from the address what to show.
 */
export const serveDashboard = (app: NestFastifyApplication): void => {
  if (FOLDER === undefined) throw new Error('the dashboard is not built: run `npm run build`');
  const { production, publicUrl, signIn } = app.get(HttpSettings);
  const ways = [...(signIn.byProvider ? ['provider'] : []), ...(signIn.byKey ? ['key'] : [])];
  const fastify = app.getHttpAdapter().getInstance();
  const page = readFileSync(join(FOLDER, 'index.html'), 'utf8')
    .replace('{{environment}}', production ? 'production' : 'development')
    .replace('{{origin}}', new URL(publicUrl).origin)
    .replace('{{sign-in}}', ways.join(' '));
  const assets = assetsIn(join(FOLDER, 'assets'));

  const sendPage = async (_: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    reply
      .headers({ ...HEADERS, 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(page);
  fastify.get(DASHBOARD_PATH, sendPage);
  fastify.get(`${DASHBOARD_PATH}/*`, sendPage);
  fastify.get<{ Params: { name: string } }>(`${DASHBOARD_PATH}/assets/:name`, async ({ params, headers }, reply) => {
    const asset = assets.get(params.name);
    if (!asset) throw new HttpProblem('not_found', 'The dashboard has no such file. Load the page again.');
    const packs = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
    if (packs) void reply.header('content-encoding', 'gzip');
    return reply
      .headers({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' })
      .type(asset.type)
      .send(packs ? await asset.packed : asset.bytes);
  });
};

/** Read and packed once. Their names change with what is in them. */
const assetsIn = (folder: string): ReadonlyMap<string, Asset> =>
  new Map(
    readdirSync(folder).map((name) => {
      const bytes = readFileSync(join(folder, name));
      let packed: Promise<Buffer> | undefined;
      const asset: Asset = {
        type: TYPES[extname(name)] ?? 'application/octet-stream',
        bytes,
        get packed() {
          return (packed ??= zipped(bytes, { level: 9 }));
        },
      };
      return [name, asset];
    }),
  );
