import { join, sep } from 'node:path';
import Runtime from 'jest-runtime';

/** For each environment, what loads the modules that its specs share. */
const keepers = new WeakMap();

/**
 * Loads a spec and what lies under `test/` for this spec alone, as Jest does, and everything else, which is most of what
 * a gateway consists of, once per worker. So whatever such a module keeps to itself, the specs of a worker share. Inside
 * `jest.isolateModules` everything is loaded anew, which is where a spec may mock modules.
 */
export default class SharingRuntime extends Runtime {
  constructor(config, environment, ...more) {
    super(config, environment, ...more);
    this.tests = join(config.rootDir, 'test', sep);
    if (!keepers.has(environment)) keepers.set(environment, new Runtime(config, environment, ...more));
    this.keeper = keepers.get(environment);
  }

  requireModuleOrMock(from, name) {
    return this.isShared(from, name)
      ? this.keeper.requireModuleOrMock(from, name)
      : super.requireModuleOrMock(from, name);
  }

  isShared(from, name) {
    if (this.testState.isTornDown() || this.registries.isIsolated() || this._resolution.isCoreModule(name))
      return false;
    return !this._resolution.resolveCjs(from, name).startsWith(this.tests);
  }

  /** What runs the tests starts anew with each spec; what that needs of Jest, such as `expect`, is shared. */
  requireInternalModule(from, name) {
    return name === undefined ? super.requireInternalModule(from) : this.keeper.requireInternalModule(from, name);
  }
}
