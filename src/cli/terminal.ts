/** Ends a command that could not do what it was asked to. The reason is printed and the exit code set already. */
export class Refused extends Error {}

export const print = (rows: object | readonly object[]): void => {
  process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
};

export const refuse = (reason: string): never => {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
  throw new Refused();
};
