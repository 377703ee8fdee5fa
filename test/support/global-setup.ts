import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a developer's shell may have set for PostgreSQL or a sandbox, and tests must not see. */
const OTHER_VARIABLES = /^(PG(?!BOUNCER$)[A-Z]+|SANDBOX_.*)$/;

/** And for a gateway: every variable that it reads is in the example, which is generated. */
const gatewayVariables = async (): Promise<ReadonlySet<string>> => {
  const example = await readFile('.env.example', 'utf8');
  return new Set([...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name = '']) => name));
};

/**
 * Waits for the end of the run: a line on its standard input, or no more input when the run was killed. What a killed
 * run had started gets a moment to notice and end. Then every PgBouncer and PostgreSQL under the run's folder is stopped,
 * and the folder removed.
 */
const CARETAKER = `
  read -r finished || sleep 3
  find "$0" -name pgbouncer.pid | while read -r note; do kill "$(cat "$note")"; done
  find "$0" -name postmaster.pid | while read -r note; do
    server=$(head -n 1 "$note")
    kill -QUIT "$server" && while [ -f "$note" ] && kill -0 "$server"; do sleep 0.02; done
  done
  rm -rf "$0"
`;

export default async function setUpTestRun(): Promise<void> {
  const ours = await gatewayVariables();
  for (const name of Object.keys(process.env))
    if (ours.has(name) || OTHER_VARIABLES.test(name)) delete process.env[name];
  process.env['NODE_ENV'] = 'test';

  // Root's PostgreSQL runs under another account, which must be able to get there.
  const runDir = await mkdtemp(join(process.getuid?.() === 0 ? '/var/tmp' : tmpdir(), 'offset-gateway-test-'));
  await chmod(runDir, 0o711);
  process.env['TEST_RUN_DIR'] = runDir;

  // Detached, so that Ctrl-C does not reach it.
  const caretaker = spawn('sh', ['-c', CARETAKER, runDir], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  caretaker.unref();
  globalThis.testRunCaretaker = caretaker;
}
