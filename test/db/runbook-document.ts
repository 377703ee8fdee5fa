import { readFileSync } from 'node:fs';

/** One SQL statement of the runbook, as it stands there. */
export interface Statement {
  /** The heading it is under. */
  readonly section: string;
  readonly text: string;
}

/** SQL in the running text, as opposed to a keyword. */
const INLINE_SQL = /`((?:SELECT|INSERT|UPDATE|DELETE|WITH) [^`]+)`/g;

/** What psql takes as one: quoted text, a comment, a variable, an end of statement, anything else. */
const SQL_TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|:'(?<variable>\w+)'|::|:(?<bare>["\w]+)|;|[\s\S]/g;

/** docs/runbook.md, taken apart. It is the only copy of its statements. */
export class RunbookDocument {
  readonly text = readFileSync('docs/runbook.md', 'utf8');
  /** Every statement, in order: those in `sql` blocks, and those in the running text. */
  readonly statements: readonly Statement[];
  private readonly acts = new Map<string, readonly Statement[]>();
  private readonly textOf = new Map<string, string>();

  constructor() {
    const statements: Statement[] = [];
    for (const { heading, body } of sectionsOf(this.text)) {
      this.textOf.set(heading, body);
      let act: string | undefined;
      // By turns: text, and what is between fences, its language first.
      for (const [index, part] of body.split(/^ *```/m).entries()) {
        const isFence = index % 2 === 1;
        if (isFence && !part.startsWith('sql\n')) continue;
        const found = isFence ? statementsOf(part.slice('sql\n'.length)) : inlineIn(part);
        const named = found.map((text) => ({ section: heading, text }));
        statements.push(...named);
        if (isFence && act !== undefined) this.acts.set(act, named);
        act = isFence ? undefined : /^\*\*([A-Z])\. (?![\s\S]*^\*\*[A-Z]\. )/m.exec(part)?.[1];
      }
    }
    this.statements = statements;
  }

  /** The text under a heading, up to the next one. */
  section(heading: string): string {
    const text = this.textOf.get(heading);
    if (text === undefined) throw new Error(`The runbook has no section "${heading}".`);
    return text;
  }

  /** Headings right below another one. */
  headingsUnder(parent: string): string[] {
    const [, below = ''] = this.text.split(new RegExp(`^## ${parent}\\n`, 'm'));
    const [inside = ''] = below.split(/^## /m);
    return [...inside.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);
  }

  /** All statements of the act with this letter. */
  act(letter: string): readonly Statement[] {
    const found = this.acts.get(letter);
    if (!found) throw new Error(`The runbook has no act ${letter} with SQL.`);
    return found;
  }

  /** The one statement of a section that has these words. */
  statement(section: string, words: string): Statement {
    const found = this.statements.filter((one) => one.section === section && one.text.includes(words));
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} statements of "${section}" have "${words}".`);
    return found[0];
  }

  /** Commands of all `sh` blocks, continued lines joined, comments dropped. */
  get commands(): string[] {
    const blocks = [...this.text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
    const lines = blocks.flatMap((block) => block.replaceAll('\\\n', '').split('\n'));
    return lines.map((line) => line.replace(/(^| )# .*$/, '').trim()).filter((line) => line !== '');
  }

  /** Code in the running text. */
  get inlineCode(): string[] {
    const prose = this.text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
    return [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  }
}

/** As psql sends it: `:'name'` becomes a quoted literal. Throws on a variable without a value. */
export const substituted = (sql: string, variables: Readonly<Record<string, string>>): string =>
  tokensOf(sql)
    .map(({ text, variable }) => {
      if (variable === undefined) return text;
      const value = variables[variable];
      if (value === undefined) throw new Error(`The runbook wants :'${variable}', which this test has no value for.`);
      return `'${value.replaceAll("'", "''")}'`;
    })
    .join('');

const statementsOf = (sql: string): string[] => {
  const statements = [''];
  for (const { text } of tokensOf(sql)) {
    statements[statements.length - 1] += text;
    if (text === ';') statements.push('');
  }
  const [last = ''] = statements.splice(-1);
  if (last.trim() !== '') throw new Error(`A statement of the runbook does not end: ${last.trim()}`);
  return statements.map((statement) => statement.trim());
};

const tokensOf = (sql: string): { text: string; variable: string | undefined }[] =>
  [...sql.matchAll(SQL_TOKEN)].map(({ 0: text, groups }) => {
    if (groups?.['bare'] !== undefined) throw new Error(`psql would put a bare value in place of ${text}.`);
    return { text, variable: groups?.['variable'] };
  });

const inlineIn = (text: string): string[] =>
  [...text.matchAll(INLINE_SQL)].flatMap(([, sql = '']) => statementsOf(sql));

/** A `#` at the start of a line is a heading only outside a fence: in a shell it is a comment. */
const sectionsOf = (markdown: string): { heading: string; body: string }[] => {
  const sections: { heading: string; lines: string[] }[] = [];
  let isFenced = false;
  for (const line of markdown.split('\n')) {
    if (/^ *```/.test(line)) isFenced = !isFenced;
    const heading = isFenced ? undefined : /^#{1,3} (.+)$/.exec(line)?.[1];
    if (heading !== undefined) sections.push({ heading, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ heading, lines }) => ({ heading, body: lines.join('\n') }));
};
