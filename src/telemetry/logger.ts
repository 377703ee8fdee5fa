import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { REDACT_PATHS, redactText } from './redact.js';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Enough to reach from the place of the error to the use case. */
const MAX_FRAMES = 12;

/** What is logged of an error. The message of a database error is left out, because it quotes values of the query. */
export const describeError = (thrown: unknown): Record<string, unknown> => {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const { code } = thrown as { code?: unknown };
  const quotesValues = thrown.name.startsWith('PrismaClient') || 'severity' in thrown;
  return {
    type: thrown.name,
    ...(typeof code === 'string' && { code }),
    ...(!quotesValues && { message: redactText(thrown.message.split('\n')[0]?.slice(0, 200) ?? '') }),
    stack: framesOf(thrown),
  };
};

/** The stack without the message at its beginning, which may contain values and lines that look like frames. */
const framesOf = ({ stack = '', message }: Error): string[] =>
  stack
    .slice(message === '' ? 0 : stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => redactText(line.trim().replace(/(?:file:\/\/)?\/\S*?\/((?:dist|src|dev|node_modules)\/)/, '$1')));

/** Logs JSON. In development `stream` makes it readable. */
export const createLogger = (level: string, stream?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: [...REDACT_PATHS], censor: '[redacted]' },
    },
    stream ?? pino.destination({ sync: false }),
  );

/** Nest's loggers that write a line per module and route at start. */
const WIRING: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestFactory',
  'NestApplication',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's own log lines and ours, through one pino. `logger.warn({ order_id }, 'what happened')`. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(WIRING.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest appends the name of the logger as the last argument; an error's stack before it is left out. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const text = rest.length > 1 && typeof rest[0] === 'string' && !rest[0].includes('\n') ? rest[0] : undefined;
    if (message instanceof Error) this.pino[level]({ context, err: message }, 'unexpected error');
    else if (typeof message === 'object' && message !== null) this.pino[level]({ context, ...message }, text);
    else this.pino[level]({ context }, String(message));
  }
}
