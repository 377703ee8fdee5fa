import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

// A worker whose jest was killed would go on testing, and starting servers, to the end of its file. Looked at from time
// to time, because listening for the disconnection keeps a worker that is done from exiting.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(1), 250).unref();

/** Where Jest keeps what concerns a single spec: the tests it found, who listens to them, and `jest.setTimeout`. */
const OF_ONE_SPEC = new Set(['JEST_STATE_SYMBOL', 'EVENT_HANDLERS', 'TEST_TIMEOUT_SYMBOL']);

let ofThisWorker = null;

/**
 * One global scope for all specs of a worker, because they share modules: see `runtime.js`. Variables of the process are
 * as they were for each.
 */
export default class SharedEnvironment extends TestEnvironment {
  constructor(config, context) {
    if (ofThisWorker !== null) return ofThisWorker;
    // Jest has every look at a global, be it `Promise`, pass through two proxies, to clear what a spec leaves behind. Here
    // nothing is cleared, so the global is an ordinary one: that takes a fifth less processor time.
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
    // The runs of a watch may all be in one process, and code changes between them.
    if (!config.globalConfig.watch && !config.globalConfig.watchAll) ofThisWorker = this;
    this.variables = { ...this.global.process.env };
  }

  async teardown() {
    const { global, variables } = this;
    this.fakeTimersModern.dispose();
    for (const name of Object.keys(global.process.env)) if (!(name in variables)) delete global.process.env[name];
    Object.assign(global.process.env, variables);
    // Jest wraps it for each, to tell who exits.
    global.process.exit = (code) => process.exit(code);
    for (const key of Object.getOwnPropertySymbols(global)) if (OF_ONE_SPEC.has(key.description)) delete global[key];
  }
}
