import type { KindTotals, StatementHeader } from '../../domain/statements/statement.js';
import { mappingFor } from './mapping-for.js';
import { readStatementFile } from './read-statement-file.js';
import { disagreementOf, invalid } from './refuse-wrong.js';

/** Reads a file as an upload does, and keeps nothing. Whether its lines are known already, only an upload tells. */
export class CheckStatement {
  /** @returns what its lines come to. Throws what an upload of it would be refused for. */
  async run(header: StatementHeader, file: AsyncIterable<Uint8Array>): Promise<readonly KindTotals[]> {
    const check = await readStatementFile(file, header, mappingFor(header));
    const wrong = invalid(check.errors) ?? disagreementOf(header, check.byKind());
    if (wrong) throw wrong;
    return check.byKind();
  }
}
