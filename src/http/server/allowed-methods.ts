import type { FastifyInstance } from 'fastify';

/** The methods of every route, to tell 405 from 404. */
export class AllowedMethods {
  private readonly routes: { readonly method: string; readonly path: RegExp }[] = [];

  /** Records the routes that are added to `fastify` after this call. */
  static of(fastify: FastifyInstance): AllowedMethods {
    const allowed = new AllowedMethods();
    fastify.addHook('onRoute', ({ method, url }) => {
      const path = new RegExp(`^${url.split('/').map(segmentPattern).join('/')}$`);
      for (const name of [method].flat()) allowed.routes.push({ method: name, path });
    });
    return allowed;
  }

  /** @returns sorted and without repeats; empty if no route has this path */
  at(path: string): string[] {
    const matching = this.routes.filter((route) => route.path.test(path)).map(({ method }) => method);
    return [...new Set(matching)].sort();
  }
}

const segmentPattern = (segment: string): string => {
  if (segment.startsWith(':')) return '[^/]+';
  return segment === '*' ? '.*' : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
};
