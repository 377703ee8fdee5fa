export type PathParams = Readonly<Record<string, string>>;

export interface Route<Handler> {
  readonly method: string;
  /** `/orders/:id/cancel` */
  readonly path: string;
  readonly handle: Handler;
}

export interface FoundRoute<R> {
  readonly route: R;
  readonly params: PathParams;
}

/** The first route for this method and path, or null. */
export const findRoute = <R extends Route<unknown>>(
  routes: readonly R[],
  method: string,
  path: string,
): FoundRoute<R> | null => {
  for (const route of routes) {
    const params = route.method === method ? paramsFrom(route.path, path) : null;
    if (params) return { route, params };
  }
  return null;
};

const paramsFrom = (pattern: string, path: string): PathParams | null => {
  const names = pattern.split('/');
  const parts = path.split('/');
  if (names.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? '';
    if (name.startsWith(':') && part !== '') params[name.slice(1)] = decoded(part);
    else if (name !== part) return null;
  }
  return params;
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
