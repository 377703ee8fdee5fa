/** `node --import` of this file ties a process to the one that started it: a killed test leaves no gateway behind. */
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 250).unref();
