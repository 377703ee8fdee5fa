import type { FastifyInstance } from 'fastify';

/** The methods of every route, to tell a wrong method from a wrong path. */
export class AllowedMethods {
  private readonly routes: { readonly method: string; readonly path: RegExp }[] = [];

  /** Notes the routes that are added to `fastify` from now on. */
  static of(fastify: FastifyInstance): AllowedMethods {
    const allowed = new AllowedMethods();
    fastify.addHook('onRoute', ({ method, url }) => {
      const path = new RegExp(`^${url.split('/').map(segmentPattern).join('/')}$`);
      for (const name of [method].flat()) allowed.routes.push({ method: name, path });
    });
    return allowed;
  }

  /** Sorted, without repeats. Empty: no route has this path. */
  at(path: string): string[] {
    const matching = this.routes.filter((route) => route.path.test(path)).map(({ method }) => method);
    return [...new Set(matching)].sort();
  }
}

const segmentPattern = (segment: string): string => {
  if (segment.startsWith(':')) return '[^/]+';
  return segment === '*' ? '.*' : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
};
