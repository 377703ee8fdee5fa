import type { ChildProcess, StdioOptions } from 'node:child_process';

export interface ProcessOptions {
  /** For a program that serves. */
  readonly port?: number;
  /** Over what any program needs. */
  readonly env: NodeJS.ProcessEnv;
  /** Default: the gateway. */
  readonly program?: string;
  readonly imports?: readonly string[];
  readonly stdio?: StdioOptions;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export function neutralEnv(): NodeJS.ProcessEnv;

export class GatewayProcess {
  constructor(options: ProcessOptions);
  readonly url: string;
  readonly output: string;
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
  readonly isRunning: boolean;
  isReady(): Promise<boolean>;
  untilReady(withinMs?: number): Promise<void>;
  kill(): Promise<ProcessEnd>;
  terminate(): Promise<ProcessEnd>;
}
