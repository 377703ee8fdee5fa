import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

const ofTheAct = new AsyncLocalStorage<string[]>();

/**
 * The text of everything that the act sends to PostgreSQL from its start until it is over, each a round trip: also BEGIN
 * and COMMIT, which Prisma sends by itself. What runs beside the act, such as a timer, is not counted.
 */
export const countStatements = async (act: () => Promise<unknown>): Promise<string[]> => {
  const prototype = pg.Client.prototype as { query: (...given: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...given: unknown[]) {
    ofTheAct.getStore()?.push(textOf(given[0]));
    return Reflect.apply(query, this, given) as unknown;
  };
  const statements: string[] = [];
  try {
    await ofTheAct.run(statements, act);
    return [...statements];
  } finally {
    prototype.query = query;
  }
};

/** A text, or an object that carries one: `{text, values}`, `{name, text}`, a cursor. */
const textOf = (query: unknown): string => (typeof query === 'string' ? query : (query as { text: string }).text);
