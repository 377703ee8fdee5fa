import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Reads which processes are ours, until the run ends or is killed itself; then ends those that are left, PostgreSQL
 * with them, and removes the folder unless it is to be kept. SIGKILL ends a suspended process, too.
 */
const SCRIPT = `
  pids=' '
  keep=no
  while read -r word pid; do
    case $word in
      started) pids="$pids$pid " ;;
      ended) pids=$(printf '%s' "$pids" | sed "s/ $pid / /") ;;
      keep) keep=yes ;;
    esac
  done
  for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
  find "$0" -name postmaster.pid | while read -r note; do
    server=$(head -n 1 "$note")
    kill -QUIT "$server" 2>/dev/null && while [ -f "$note" ] && kill -0 "$server" 2>/dev/null; do sleep 0.05; done
  done
  [ $keep = yes ] || rm -rf "$0"
`;

/** Outlives the run by a moment: when the run was killed, nothing of it goes on. */
export class ProcessReaper {
  constructor(folder) {
    this.process = spawn('sh', ['-c', SCRIPT, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.process.stdin.on('error', () => undefined);
    this.process.unref();
  }

  watch(child) {
    this.process.stdin.write(`started ${child.pid}\n`);
    child.once('exit', () => this.process.stdin.write(`ended ${child.pid}\n`));
  }

  keepFolder() {
    this.process.stdin.write('keep folder\n');
  }

  async finish() {
    this.process.ref();
    this.process.stdin.end();
    await once(this.process, 'exit');
  }
}
