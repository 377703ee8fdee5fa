import { TestEnvironment } from 'jest-environment-node';

// A worker whose jest was killed would go on testing, and starting servers, to the end of its file. Looked at from time
// to time, because listening for the disconnection keeps a worker that is done from exiting.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(1), 250).unref();

export default TestEnvironment;
