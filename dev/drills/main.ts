import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { startDatabase } from '../development-database.js';
import { readRunning } from '../read-running.js';
import { DEMO_KEY_FILE } from '../running.js';
import { DRILLS } from './drills.js';
import { Stage } from './stage.js';

/** `npm run drill -- in-doubt`, on a running `npm start`: makes the situation, and says where to look. */
const main = async (): Promise<void> => {
  const name = process.argv[2] ?? '';
  const drill = Object.hasOwn(DRILLS, name) ? DRILLS[name] : undefined;
  if (!drill) {
    const known = Object.entries(DRILLS).map(([each, { means }]) => `  ${each.padEnd(26)} ${means}`);
    throw new DrillFailed(`Say which: npm run drill -- <drill>\n\n${known.join('\n')}\n`);
  }
  const running = await readRunning();
  const key = await readFile(DEMO_KEY_FILE, 'utf8');
  const database = await startDatabase(null, () => undefined);
  const client = new pg.Client({ connectionString: database.directUrl ?? database.url });
  await client.connect();
  try {
    const query = async (sql: string, values: readonly unknown[] = []) => (await client.query(sql, [...values])).rows;
    const stage = new Stage(running.url, key, running.variables, query);
    await stage.mendAll();
    const { order, told } = await drill.make(stage);
    const where = order === null ? `${running.url}/ops/providers` : `${running.url}/ops/orders/${order}`;
    process.stdout.write(
      [
        '',
        `  ${name}: ${drill.means}`,
        '',
        ...(order === null ? [] : [`  Order    ${order}`]),
        `  Look at  ${where}`,
        `  Runbook  docs/runbook.md, "${drill.section}"`,
        '',
        ...told.map((line) => `  ${line}`),
        '',
        '',
      ].join('\n'),
    );
  } finally {
    await client.end();
    await database.stop();
  }
};

/** What the person at the terminal can mend. */
class DrillFailed extends Error {}

try {
  await main();
} catch (thrown) {
  process.stderr.write(thrown instanceof Error ? `${thrown.message}\n` : String(thrown));
  process.exitCode = 1;
}
