/** `npm test`: every test but the proofs, or those that the arguments choose. Ends with one line that counts them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensure } from './ensure.js';
import { root } from './root.js';

await ensure();

// The caller's arguments come first: jest takes every word after an option like --reporters for its value.
const reporters = ['--reporters=default', '--reporters=<rootDir>/scripts/count-reporter.js'];
const jest = spawn(process.execPath, ['node_modules/jest/bin/jest.js', ...process.argv.slice(2), ...reporters], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
let counts = null;
jest.on('message', (message) => (counts = message));
// The terminal sends Ctrl-C to both: jest ends by itself, and this process after it.
process.on('SIGINT', () => undefined).on('SIGTERM', () => jest.kill('SIGTERM'));

const [code] = await once(jest, 'close');
if (counts !== null) {
  const { passed, failed, skipped } = counts;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}
process.exitCode = code ?? 1;
