import { TestEnvironment } from 'jest-environment-node';

// A worker whose jest was killed would go on testing, and starting servers, to the end of its file. This module, unlike
// test files, sees the worker's real process.
process.once('disconnect', () => process.exit(1));

export default TestEnvironment;
