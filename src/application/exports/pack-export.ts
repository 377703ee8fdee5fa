import { createHash, type Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { headerOf, lineOf, type ExportKind } from '../../domain/exports/export-kind.js';
import type { Chunk, ExportFile, FileFacts } from '../../domain/exports/export-file.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** So much text is packed at a time. */
const CHUNK_BYTES = 512 * 1024;

/** Writes the rows of an export, as they come: by tenant. */
export const packExport = async <Row>(
  kind: ExportKind<Row>,
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  tenantOf: (row: Row) => string | null,
): Promise<ExportFile> => {
  const header = headerOf(kind);
  const all = new Tally(header);
  const tenants = new Map<string, Tally>();
  const chunks: Chunk[] = [];
  let open = { tenantId: '', lines: [] as string[], size: 0 };
  const shut = async (): Promise<void> => {
    if (open.lines.length > 0) chunks.push({ tenantId: open.tenantId, gz: await pack(open.lines.join('')) });
  };
  for await (const page of pages)
    for (const row of page) {
      const tenantId = tenantOf(row) ?? '';
      if (tenantId !== open.tenantId || open.size > CHUNK_BYTES) {
        await shut();
        open = { tenantId, lines: [], size: 0 };
      }
      const line = lineOf(kind, row);
      open.lines.push(line);
      open.size += line.length;
      const own = tenants.get(tenantId) ?? new Tally(header);
      tenants.set(tenantId, own);
      const missing = kind.missingOf(row);
      for (const tally of tenantId === '' ? [all] : [all, own]) tally.add(line, missing);
    }
  await shut();
  tenants.delete('');
  return {
    header,
    all: all.facts(),
    tenants: new Map([...tenants].map(([tenantId, tally]) => [tenantId, tally.facts()])),
    chunks,
  };
};

/** What a file of no lines comes to. */
export const noRows = (header: string): FileFacts => new Tally(header).facts();

/** The bytes of a file: its header, and what is in its chunks. */
export async function* bytesOf(
  header: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(header);
  for await (const gz of chunks) yield await unpack(gz);
}

class Tally {
  private rows = 0;
  private readonly hash: Hash;
  private readonly missing = new Map<string, number>();

  constructor(header: string) {
    this.hash = createHash('sha256').update(header);
  }

  add(line: string, missing: readonly string[]): void {
    this.rows += 1;
    this.hash.update(line);
    for (const name of missing) this.missing.set(name, (this.missing.get(name) ?? 0) + 1);
  }

  facts(): FileFacts {
    return { rows: this.rows, sha256: this.hash.copy().digest(), missing: Object.fromEntries(this.missing) };
  }
}
