import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXPORT_NAMES } from '../../../src/application/exports/read-export.js';
import { readCsv } from '../../support/read-csv.js';
import { MONTH, archive, download, engine, keys, send } from './closing-gateway.js';

const run = promisify(execFile);

export const isEvidence = (): void => {
  it('has every break with what was made of it, and the run that counts for each list', async () => {
    const breaks = readCsv((await download('breaks')).text);
    const fee = breaks.find((row) => row['type'] === 'fee_unallocated');
    expect(fee).toMatchObject({ period: MONTH, status: 'open', provider: 'cnaught', statement_number: 'INV-2026-07' });
    expect(JSON.parse(fee?.['facts'] ?? '')).toMatchObject([{ theirs: '1.50' }]);
    const history = readCsv((await download('break_events')).text).filter(
      (row) => row['break_id'] === fee?.['break_id'],
    );
    expect(history).toMatchObject([{ sequence: '1', act: 'opened', run_id: fee?.['first_run'], by: '' }]);

    const runs = readCsv((await download('reconciliation')).text);
    expect(runs).toMatchObject([
      { provider: 'cnaught', account: '', cut_off_at: '2026-08-31T23:00:00.000Z', coverage: 'complete', unread: '0' },
      { provider: 'one_tribe', list_rows: '1', list_grams: '2000000', statements_net: '{}' },
    ]);
    const [cnaught] = runs;
    const [kept] = await engine.rows<Record<string, string>>(
      `SELECT encode(input_hash, 'hex') AS input_hash, encode(result_hash, 'hex') AS result_hash, counts ->> 'breaks' AS breaks
       FROM reconciliations WHERE id = '${cnaught?.['run_id']}'`,
    );
    expect(cnaught).toMatchObject({ ...kept, statements_net: '{"USD":"1.50"}', statements_tax: '{"USD":"0.00"}' });
    const [latest] = await engine.rows<{ id: string }>(
      `SELECT id FROM reconciliations WHERE provider = 'cnaught' AND period_id = '${MONTH}' AND status = 'completed'
       ORDER BY started_at DESC LIMIT 1`,
    );
    expect(cnaught?.['run_id']).toBe(latest?.id);
    const [listed] = await engine.rows<{ rows: string; gross: string }>(
      `SELECT count(*) AS rows, sum(gross_units) / 1000000 AS gross FROM provider_records r
       JOIN reconciliations c ON c.snapshot_id = r.snapshot_id WHERE c.id = '${latest?.id}'`,
    );
    expect(cnaught?.['list_rows']).toBe(listed?.rows);
    expect(Number(JSON.parse(cnaught?.['list_amounts'] ?? '').USD)).toBe(Number(listed?.gross));
  });

  it('is one archive of everything, which says of each file what it has to be', async () => {
    const { bytes, headers } = await archive(1);
    expect(headers).toMatchObject({
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="evidence-${MONTH}-v1.tar.gz"`,
    });
    const folder = await mkdtemp(join(tmpdir(), 'evidence-'));
    await writeFile(join(folder, 'evidence.tar.gz'), bytes);
    await run('tar', ['-xzf', 'evidence.tar.gz'], { cwd: folder });
    const inside = join(folder, `evidence-${MONTH}-v1`);
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: inside });
    const statements = readCsv((await download('statements')).text);
    expect(statements).toMatchObject([{ number: 'INV-2026-07', status: 'accepted', net: '1.50' }]);
    const id = statements[0]?.['statement_id'] ?? '';
    const names = (await readdir(inside, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(names.map(({ name }) => name).sort()).toEqual(
      [...EXPORT_NAMES, id]
        .map((name) => `${name}.csv`)
        .concat('SHA256SUMS', 'closing.json')
        .sort(),
    );
    for (const kind of EXPORT_NAMES)
      expect(await readFile(join(inside, `${kind}.csv`), 'utf8')).toBe((await download(kind)).text);
    const original = await readFile(join(inside, `statements/${id}.csv`), 'utf8');
    expect(original).toBe((await send('GET', `statements/${id}/file`, keys.machine)).text);
    expect(JSON.parse(await readFile(join(inside, 'closing.json'), 'utf8'))).toMatchObject({
      period: MONTH,
      version: 1,
      person: expect.stringMatching(/^opr_/),
      note: 'All is in',
      checklist: expect.arrayContaining([expect.objectContaining({ check: 'lists_are_compared', ok: true })]),
      statements: [id],
    });
    const sums = await readFile(join(inside, 'SHA256SUMS'));
    expect(headers['etag']).toBe(`"${createHash('sha256').update(sums).digest('hex')}"`);
    const again = await send('GET', `exports/evidence?period=${MONTH}`, keys.viewer, undefined, {
      'if-none-match': headers['etag'] ?? '',
    });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it.each(['breaks', 'break_events', 'reconciliation', 'statements', 'evidence'])(
    'is of the whole gateway, and for no key of a tenant: %s',
    async (kind) => {
      expect(await send('GET', `exports/${kind}?period=${MONTH}`, keys.own)).toMatchObject({
        status: 403,
        body: { code: 'scope_missing' },
      });
    },
  );

  it.each(['period=2026-09', 'period=1999-01', `period=${MONTH}&version=9`])('is of a closing: %s', async (query) => {
    expect(await send('GET', `exports/evidence?${query}`, keys.viewer)).toMatchObject({
      status: 404,
      body: { code: 'period_not_found' },
    });
  });
};
