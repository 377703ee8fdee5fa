import { createReadStream, statSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ActType } from '../domain/audit/act-states.js';
import type { AppError } from '../domain/errors.js';
import { CURRENCIES, type Currency } from '../domain/money.js';
import { dayFrom } from '../domain/statements/days.js';
import { decimalOf, unitsFrom } from '../domain/statements/numbers.js';
import {
  STATEMENT_DOCUMENTS,
  type KindTotals,
  type Statement,
  type StatementDocument,
  type StatementHeader,
} from '../domain/statements/statement.js';
import { by } from './refuse-act.js';
import { print } from './terminal.js';
import { addOperatorOption, textOf } from './text.js';
import type { Toolbox } from './toolbox.js';
import { withToolbox } from './with-toolbox.js';

const dayOf = (text: string): string => {
  const day = dayFrom(text, 'YYYY-MM-DD');
  if (day === null) throw new InvalidArgumentError('A day looks like 2026-10-31.');
  return day;
};
const fileOf = (path: string): string => {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new InvalidArgumentError('There is no such file.');
  return path;
};
const unitsOf = (text: string): bigint => {
  const units = unitsFrom(text);
  if (units === null) throw new InvalidArgumentError('An amount looks like 120.00.');
  return units;
};
const countOf = (text: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Lines are a whole number from 1 on.');
  return Number(text);
};
const statementIdOf = (text: string): string => {
  if (!/^stm_[0-9a-z]{26}$/.test(text))
    throw new InvalidArgumentError('The id of a statement looks like stm_01m8a4xgfafagv88d943e9zwx6.');
  return text;
};

interface Declared {
  readonly provider: string;
  readonly document: StatementDocument;
  readonly number: string;
  readonly issuedOn: string;
  readonly coversFrom?: string;
  readonly coversTo?: string;
  readonly currency: Currency;
  readonly mapping: string;
  readonly lines: number;
  readonly net: bigint;
  readonly tax: bigint;
}

const addDeclaration = (command: Command): Command =>
  command
    .argument('<file>', 'the CSV file', fileOf)
    .requiredOption('--provider <id>', 'whose it is, such as cnaught')
    .addOption(new Option('--document <kind>', 'what it is').choices(STATEMENT_DOCUMENTS).makeOptionMandatory())
    .requiredOption('--number <number>', "the provider's number of it", textOf('A number', { max: 100 }))
    .requiredOption('--issued-on <day>', 'its date', dayOf)
    .option('--covers-from <day>', 'the first day that it is about', dayOf)
    .option('--covers-to <day>', 'the last day that it is about', dayOf)
    .addOption(new Option('--currency <code>', 'of all its amounts').choices(CURRENCIES).makeOptionMandatory())
    .option('--mapping <name>', 'the format of the file', 'canonical-1')
    .requiredOption('--lines <count>', 'how many lines it has, without the first', countOf)
    .requiredOption('--net <amount>', 'what it comes to without tax', unitsOf)
    .requiredOption('--tax <amount>', 'its tax; 0.00 for none', unitsOf);

const headerFrom = (declared: Declared): StatementHeader => ({
  provider: declared.provider,
  document: declared.document,
  number: declared.number,
  issuedOn: declared.issuedOn,
  coversFrom: declared.coversFrom ?? null,
  coversTo: declared.coversTo ?? null,
  currency: declared.currency,
  mapping: declared.mapping,
  declared: { lines: declared.lines, netUnits: declared.net, taxUnits: declared.tax },
});

export const addStatementCommands = (finance: Command): void => {
  const statement = finance.command('statement').description("Providers' invoices, credit notes and lists of payments");

  addDeclaration(statement.command('check'))
    .description('Read a file as an upload would, and keep nothing')
    .action((file: string, declared: Declared) =>
      withToolbox(async ({ checkStatement }) => {
        const kinds = await telling(checkStatement.run(headerFrom(declared), createReadStream(file)));
        print({ kinds: presentKinds(kinds) });
      }),
    );

  addOperatorOption(addDeclaration(statement.command('upload')), 'who uploads it')
    .description('Take a statement in: all of it, or nothing. It counts once it is accepted')
    .action((file: string, { operator, ...declared }: Declared & { operator: string }) =>
      acting({ operator, act: 'statement.upload', subject: null }, async ({ uploadStatement }) => {
        const upload = { header: headerFrom(declared), file: createReadStream(file), upload: null, by: by(operator) };
        return (await uploadStatement.run(upload)).statement;
      }),
    );

  addOperatorOption(statement.command('accept'), 'who accepts it')
    .argument('<statement>', 'the id of the statement', statementIdOf)
    .description('Accept a checked statement: it counts from now on, and is in the books')
    .action((id: string, { operator }: { operator: string }) =>
      acting({ operator, act: 'statement.accept', subject: id }, ({ acceptStatement }) =>
        acceptStatement.run(id, by(operator)),
      ),
    );

  addOperatorOption(statement.command('reverse'), 'who takes it back')
    .argument('<statement>', 'the id of the statement', statementIdOf)
    .description('Take a statement back: it counts no more')
    .requiredOption('--reason <reason>', 'why', textOf('The reason', { max: 2_000, lines: true }))
    .action((id: string, { reason, operator }: { reason: string; operator: string }) =>
      acting({ operator, act: 'statement.reverse', subject: id }, ({ reverseStatement }) =>
        reverseStatement.run(id, reason, by(operator)),
      ),
    );
};

/** Prints what became of an act; a refusal is recorded. */
const acting = (
  { operator, act, subject }: { readonly operator: string; readonly act: ActType; readonly subject: string | null },
  run: (tools: Toolbox) => Promise<Statement>,
): Promise<void> =>
  withToolbox(async (tools) => {
    const done = run(tools).catch(async (thrown: unknown) => {
      if (isRefusal(thrown)) await tools.recordRefusal.run(by(operator), act, subject, thrown.code);
      throw thrown;
    });
    print(presentStatement(await telling(done)));
  });

/** The message of a refusal is printed where commands end; the lines of a file, and totals, are told here. */
const telling = async <T>(done: Promise<T>): Promise<T> => {
  try {
    return await done;
  } catch (thrown) {
    if (isRefusal(thrown)) {
      const { lines, errors } = thrown.context;
      if (lines ?? errors) print({ ...(lines && { lines }), ...(errors && { errors }) });
    }
    throw thrown;
  }
};

/** By name: to import the class would load more than `--help` needs. */
const isRefusal = (thrown: unknown): thrown is AppError => thrown instanceof Error && thrown.name === 'AppError';

const presentStatement = ({ id, header, status, fileSha256, kinds }: Statement) => ({
  id,
  provider: header.provider,
  document: header.document,
  number: header.number,
  currency: header.currency,
  status,
  file_sha256: fileSha256,
  kinds: presentKinds(kinds),
});

const presentKinds = (kinds: readonly KindTotals[]) =>
  kinds.map(({ kind, lines, netUnits, taxUnits }) => ({
    kind,
    lines,
    net: decimalOf(netUnits),
    tax: decimalOf(taxUnits),
  }));
