/** The simulated providers in a process of their own, with their documented limits; tells its parent the environment. */
import { startSandbox } from '../../dist/dev/sandbox/index.js';

const sandbox = await startSandbox({ rateLimits: 'documented' });
process.send(sandbox.variables());
process.on('disconnect', () => process.exit());
