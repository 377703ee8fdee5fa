import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Prisma's own schema engine, as WebAssembly in this process: `prisma migrate` would download a native one. */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  use: (engine: glue.SchemaEngine) => Promise<T>,
): Promise<T> {
  await (loading ??= load());
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const connections = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool));
  const engine = await glue.SchemaEngine.new({ datamodels: undefined }, () => undefined, connections);
  try {
    return await use(engine);
  } finally {
    engine.free();
    await pool.end();
  }
}

/**
 * The adapter itself cuts a script at every semicolon, even inside a function's body, and sends the pieces one by one.
 * Sent whole, it arrives as written and is one transaction: a migration that fails leaves nothing behind.
 */
class WholeScripts extends PrismaPg {
  override async connect(): ReturnType<PrismaPg['connect']> {
    const connection = await super.connect();
    connection.executeScript = async (script) => {
      await connection
        .underlyingDriver()
        .query(script)
        .catch((error: unknown) => connection['onError'](error));
    };
    return connection;
  }
}

/** What is used of the standard global, which TypeScript declares only together with the whole DOM. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

let loading: Promise<void> | undefined;

/** Node cannot import a .wasm file without a flag, so the module is put together here. */
async function load(): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const bytes = await readFile(join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': imports() });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
}

/** The engine never clears its 10 s lock time-out, which would keep a process that is otherwise done alive for as long. */
function imports(): Record<string, unknown> {
  const setTimer = Object.entries(glue).find(([name]) => name.startsWith('__wbg_setTimeout_'));
  if (setTimer === undefined) return { ...glue };
  const [name, original] = setTimer as [string, (...args: unknown[]) => NodeJS.Timeout];
  return { ...glue, [name]: (...args: unknown[]) => original(...args).unref() };
}
