import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startDatabase } from '../development-database.js';
import { Stage } from '../drills/stage.js';
import { DEMO_KEY_FILE } from '../running.js';
import { readRunning } from '../read-running.js';
import { endMonth } from './end-month.js';
import { MOST_ORDERS } from './plan.js';
import { plant, type PlantedStatement } from './plant.js';

/** `npm run finance:plant -- --seed 42 --orders 40`, on a running `npm start`; with `--end-month`, ends its month. */
const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '42' },
      orders: { type: 'string', default: '40' },
      out: { type: 'string', default: join('.data', 'plant') },
      'end-month': { type: 'boolean', default: false },
    },
  });
  if (values['end-month']) return tellEndOfMonth();
  const seed = wholeNumber('--seed', values.seed, 2 ** 31);
  const orders = wholeNumber('--orders', values.orders, MOST_ORDERS);
  const running = await readRunning();
  const key = await readFile(DEMO_KEY_FILE, 'utf8');
  const stage = new Stage(running.url, key, running.variables, () =>
    Promise.reject(new Error('a plant moves no time')),
  );
  const planted = await plant(stage, seed, orders);
  await mkdir(values.out, { recursive: true });
  const write = (name: string, text: string): Promise<void> => writeFile(join(values.out, name), text);
  for (const { name, text } of planted.statements.flatMap(({ files }) => files)) await write(name, text);
  await write('answer-key.json', `${JSON.stringify(planted.key, null, 2)}\n`);
  const commands = planted.statements.map((statement) => uploadOf(statement, values.out));
  process.stdout.write(
    [
      `\n  ${planted.key.orders.length} orders, with ${planted.key.findings.length} things to be found.`,
      `  Statements and the answers are in ${values.out}. To take the statements in:\n`,
      ...commands.map((command) => `  ${command}`),
      '\n',
    ].join('\n'),
  );
};

/** Of the embedded database alone: `npm start` is on it. */
const tellEndOfMonth = async (): Promise<void> => {
  await readRunning();
  const database = await startDatabase(null, () => undefined);
  const client = new pg.Client({ connectionString: database.directUrl ?? database.url });
  await client.connect();
  try {
    const { id, endsAt } = await endMonth(async (sql) => (await client.query(sql)).rows as unknown);
    process.stdout.write(
      `\n  ${id} has ended, at ${endsAt.toISOString()}. Ten minutes from then, runs compare the whole of it.\n\n`,
    );
  } finally {
    await client.end();
    await database.stop();
  }
};

const wholeNumber = (option: string, text: string, most: number): number => {
  if (/^\d{1,10}$/.test(text) && Number(text) > 0 && Number(text) <= most) return Number(text);
  throw new Error(`${option} must be a whole number from 1 to ${most}`);
};

const uploadOf = (
  { provider, document, number, issuedOn, currency, declared, files }: PlantedStatement,
  out: string,
) => {
  const { name, mapping } = files.at(-1) ?? { name: '', mapping: '' };
  return [
    `npm run -s cli -- finance statement upload ${join(out, name)} --provider ${provider}`,
    `--document ${document} --number ${number} --issued-on ${issuedOn} --covers-from ${issuedOn} --covers-to ${issuedOn}`,
    `--currency ${currency} --mapping ${mapping} --lines ${declared.lines} --net ${declared.net} --tax ${declared.tax}`,
  ].join(' ');
};

try {
  await main();
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 1;
}
