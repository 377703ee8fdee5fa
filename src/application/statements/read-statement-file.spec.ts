import fc from 'fast-check';
import type { StatementMapping } from '../../domain/statements/mapping.js';
import { decimalOf, unitsFrom } from '../../domain/statements/numbers.js';
import { disagreements, type KeyedLine } from '../../domain/statements/statement-check.js';
import type { StatementHeader } from '../../domain/statements/statement.js';
import { statementMappingsOf } from '../../providers/provider-directory.js';
import { readStatementFile } from './read-statement-file.js';

const mappingOf = (provider: string, name: string): StatementMapping => {
  const mapping = statementMappingsOf(provider).find((each) => each.name === name);
  if (!mapping) throw new Error(`no mapping ${name}`);
  return mapping;
};
const CANONICAL = mappingOf('cnaught', 'canonical-1');
const HEAD = 'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description';

const header: StatementHeader = {
  provider: 'cnaught',
  document: 'invoice',
  number: 'INV-1',
  issuedOn: '2026-11-01',
  coversFrom: '2026-10-01',
  coversTo: '2026-10-31',
  currency: 'USD',
  mapping: 'canonical-1',
  declared: { lines: 2, netUnits: 300_000n, taxUnits: 0n },
};

const A = ',charge,cn_1,ord_a,,10,kg,0.10,0.00,USD,2026-10-03,first';
const B = ',charge,cn_2,ord_b,,0.02,t,0.20,0.00,USD,2026-10-31,second';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = async (
  file: string | Uint8Array,
  {
    mapping = CANONICAL,
    of = {},
    size = 7,
  }: { mapping?: StatementMapping; of?: Partial<StatementHeader>; size?: number } = {},
) => {
  const lines: KeyedLine[] = [];
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
  const check = await readStatementFile(pieces(bytes, size), { ...header, ...of }, mapping, async (batch) => {
    lines.push(...batch);
    return [];
  });
  return { check, errors: check.errors, lines, keys: lines.map(({ key }) => Buffer.from(key).toString('hex')) };
};
const fileOf = (...lines: readonly string[]): string => [HEAD, ...lines, ''].join('\n');
const oneError = async (...[file, how]: Parameters<typeof read>) => {
  const { errors } = await read(file, how);
  expect(errors).toHaveLength(1);
  return errors[0];
};

describe('a statement', () => {
  it('is read line by line: grams, millionths, and which way a line goes', async () => {
    const { check, lines } = await read(
      fileOf(A, B, 'x1,credit,cn_1,,,10,kg,0.10,0.00,USD,2026-10-04,', 'x2,fee,,,,,,1.00,0.20,USD,2026-10-05,'),
    );
    expect(check.errors).toEqual([]);
    expect(lines).toMatchObject([
      {
        line: 2,
        kind: 'charge',
        providerOrderId: 'cn_1',
        reference: 'ord_a',
        projectId: null,
        grams: 10_000n,
        netUnits: 100_000n,
      },
      { line: 3, grams: 20_000n, netUnits: 200_000n, occurredOn: '2026-10-31', lineId: null, description: 'second' },
      { line: 4, kind: 'credit', lineId: 'x1', description: null, netUnits: 100_000n },
      { line: 5, kind: 'fee', grams: null, netUnits: 1_000_000n, taxUnits: 200_000n },
    ]);
    expect(check.totals()).toEqual({ lines: 4, netUnits: 1_200_000n, taxUnits: 200_000n });
  });

  it('has the same lines with CRLF, a byte order mark, in other bytes and in any order', async () => {
    const plain = await read(fileOf(A, B));
    const crlf = await read(`\ufeff${[HEAD, A, '', B].join('\r\n')}`);
    const turned = await read(fileOf(B, A));
    const latin = await read(new Uint8Array(Buffer.from(fileOf(A.replace('first', 'café'), B), 'latin1')), {
      mapping: { ...CANONICAL, encoding: 'windows-1252' },
    });
    const utf8 = await read(fileOf(A.replace('first', 'café'), B));
    expect(crlf.keys).toEqual(plain.keys);
    expect(turned.keys.toSorted()).toEqual(plain.keys.toSorted());
    expect(latin.keys).toEqual(utf8.keys);
    expect(crlf.lines.map(({ line }) => line)).toEqual([2, 4]);
  });

  it('counts two equal lines twice, each with a key of its own, and knows both again in a longer file', async () => {
    const { keys, check } = await read(fileOf(A, A, B));
    const longer = await read(fileOf(B, A, ',fee,,,,,,1.00,0.00,USD,2026-10-05,', A));
    expect(new Set(keys).size).toBe(3);
    expect(check.totals().lines).toBe(3);
    expect(longer.keys).toEqual(expect.arrayContaining(keys));
  });

  it('goes by the id of a line where the provider gives one, and refuses one that comes twice', async () => {
    const known = await read(fileOf(`x1${A}`));
    const changed = await read(fileOf(`x1${B}`));
    expect(changed.keys).toEqual(known.keys);
    expect(await oneError(fileOf(`x1${A}`, `x1${A}`))).toEqual({
      line: 3,
      column: 'line_id',
      rule: 'line_id_repeated',
    });
  });

  it('names the line on which a record begins, whatever stands in quotation marks before it', async () => {
    const quoted = A.replace('first', '"two\nlines, ""quoted"" and =1+2"');
    const { lines } = await read(fileOf(quoted, B));
    expect(lines.map(({ line }) => line)).toEqual([2, 4]);
    expect(lines[0]?.description).toBe('two\nlines, "quoted" and =1+2');
    const wrong = fileOf(quoted, B, B.replace('charge', 'charged'));
    expect(await oneError(wrong)).toEqual({ line: 5, column: 'kind', rule: 'kind_unknown' });
  });

  it('comes to what was declared, or says in what it does not', async () => {
    const { check } = await read(fileOf(A, B));
    const off = (netUnits: bigint) => disagreements({ declared: { ...header.declared, netUnits } }, check.totals());
    expect(off(300_000n)).toEqual([]);
    expect(off(310_000n)).toEqual(['netUnits']);
    expect(disagreements({ declared: { lines: 1, netUnits: 300_000n, taxUnits: 1n } }, check.totals())).toEqual([
      'lines',
      'taxUnits',
    ]);
  });

  it('takes credits off an invoice, and is what a credit note or a list of payments comes to', async () => {
    const credit = ',credit,cn_1,,,,,0.10,0.00,USD,2026-10-04,';
    const invoice = await read(fileOf(B, credit));
    const note = await read(fileOf(credit), { of: { document: 'credit_note' } });
    expect(invoice.check.totals().netUnits).toBe(100_000n);
    expect(note.check.totals().netUnits).toBe(100_000n);
  });
});

describe('a file is refused, by line, column and rule,', () => {
  it.each([
    ['1.234,56 where the mapping has a point', A.replace('0.10', '"1.234,56"'), 'net', 'amount_malformed'],
    ['thousands where the mapping has none', A.replace('0.10', '"1,234.56"'), 'net', 'amount_malformed'],
    ['a formula', A.replace('0.10', '=1+2'), 'net', 'amount_malformed'],
    ['parts of a cent', A.replace('0.10', '0.105'), 'net', 'amount_too_fine'],
    ['an exponent', A.replace('0.10', '1e3'), 'net', 'amount_malformed'],
    ['no amount', A.replace('0.10', ''), 'net', 'cell_missing'],
    ['a minus', A.replace('0.10', '-0.10'), 'net', 'sign_wrong'],
    ['half a gram', A.replace('10,kg', '0.5,g'), 'quantity', 'quantity_malformed'],
    ['a unit that is none', A.replace('kg', 'lb'), 'unit', 'unit_unknown'],
    ['another currency', A.replace('USD', 'USDC'), 'currency', 'currency_differs'],
    ['30 February', A.replace('2026-10-03', '2026-02-30'), 'date', 'date_malformed'],
    ['another form of date', A.replace('2026-10-03', '03/10/2026'), 'date', 'date_malformed'],
    ['a day long before', A.replace('2026-10-03', '2026-09-27'), 'date', 'date_outside'],
    ['a kind of another document', A.replace('charge', 'payment'), 'kind', 'kind_not_in_document'],
    ['a kind that is no word', A.replace('charge', 'constructor'), 'kind', 'kind_unknown'],
    ['a NUL', A.replace('first', 'fi\0rst'), 'description', 'control_character'],
    ['a carriage return alone', A.replace('first', '"fi\rrst"'), 'description', 'control_character'],
    ['a cell too many', `${A},`, null, 'wrong_column_count'],
    ['a cell too few', A.replace(',first', ''), null, 'wrong_column_count'],
    ['an id that is too long', A.replace('cn_1', 'x'.repeat(201)), 'provider_order_id', 'text_too_long'],
  ])('for %s', async (_, line, column, rule) => {
    expect(await oneError(fileOf(B, line))).toEqual({ line: 3, column, rule });
  });

  it('for what its first line names twice, or does not name', async () => {
    expect(await oneError(`${HEAD},net\n`)).toEqual({ line: 1, column: 'net', rule: 'header_repeated' });
    expect((await read(fileOf(A).replace('tax', 'vat'))).errors).toEqual([
      { line: 1, column: 'tax', rule: 'header_missing' },
    ]);
    expect(await oneError(`${HEAD},x,x\n`)).toEqual({ line: 1, column: '#14', rule: 'header_repeated' });
  });

  it('for bytes of another encoding, quotation marks, a line without an end, and nothing at all', async () => {
    const latin = new Uint8Array(Buffer.from(fileOf(A.replace('first', 'café')), 'latin1'));
    expect(await oneError(latin)).toEqual({ line: null, column: null, rule: 'not_decodable' });
    expect(await oneError(fileOf(A, B.replace('second', 'se"cond')))).toEqual({
      line: 3,
      column: null,
      rule: 'quotes_wrong',
    });
    expect(await oneError(fileOf(A, B.replace('second', '"second')))).toMatchObject({ rule: 'quotes_wrong' });
    expect(await oneError(fileOf(A, B.replace('second', 'x'.repeat(70_000))), { size: 1024 })).toMatchObject({
      rule: 'line_too_long',
    });
    expect(await oneError(fileOf())).toEqual({ line: null, column: null, rule: 'no_lines' });
    expect(await oneError('')).toEqual({ line: null, column: null, rule: 'no_lines' });
  });

  it('with every error of a line, up to a hundred of the file, and no line handed on after the first', async () => {
    const wrong = A.replace('0.10', 'x').replace('USD', 'EUR').replace('2026-10-03', '');
    const { errors, lines } = await read(fileOf(A, B, wrong, ...Array.from({ length: 50 }, () => wrong)));
    expect(errors).toHaveLength(100);
    expect(errors.slice(0, 3)).toEqual([
      { line: 4, column: 'net', rule: 'amount_malformed' },
      { line: 4, column: 'currency', rule: 'currency_differs' },
      { line: 4, column: 'date', rule: 'cell_missing' },
    ]);
    expect(lines).toEqual([]);
  });

  it('without a value of it in what is told', async () => {
    const secret = 'Zq9Secret';
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 11 }), async (at) => {
        const cells = A.split(',');
        cells[at] = `${secret}\u0000`;
        const { errors } = await read(fileOf(cells.join(',')));
        expect(errors.length).toBeGreaterThan(0);
        expect(JSON.stringify(errors)).not.toContain(secret);
      }),
    );
  });
});

describe('the mappings', () => {
  it('read 1.234,56 where it is declared', async () => {
    const mapping = { ...CANONICAL, delimiter: ';', decimal: ',', thousands: '.' } as const;
    const file = fileOf(A).replaceAll(',', ';').replace('0.10', '1.234,56').replace('0.00', '0');
    expect((await read(file, { mapping })).lines).toMatchObject([{ netUnits: 1_234_560_000n }]);
  });

  it('have cents and minus at CNaught, and days of Britain with VAT at One Tribe', async () => {
    const cnaught = await read(
      'line_id,type,order_id,client_reference_id,amount_kg,price_usd_cents,date,description\nl1,order,o1,ord_1,1.5,250,2026-10-02,\nl2,refund,o1,ord_1,1.5,-250,2026-10-03,\n',
      { mapping: mappingOf('cnaught', 'cnaught-1') },
    );
    expect(cnaught.lines).toMatchObject([
      { kind: 'charge', grams: 1_500n, netUnits: 2_500_000n },
      { kind: 'credit', netUnits: 2_500_000n },
    ]);
    const oneTribe = await read(
      'Line,Type,Transaction,Reference,Project,Tonnes,Net,VAT,Currency,Date,Description\n1,Transaction,t1,ord_1,p1,2,17.00,3.40,GBP,02/10/2026,\n',
      { mapping: mappingOf('one_tribe', 'one-tribe-1'), of: { provider: 'one_tribe', currency: 'GBP' } },
    );
    expect(oneTribe.lines).toMatchObject([
      { grams: 2_000_000n, netUnits: 17_000_000n, taxUnits: 3_400_000n, occurredOn: '2026-10-02' },
    ]);
  });

  it('refuse dollars on chain for dollars at Carbonmark', async () => {
    const file =
      'payment_id,type,order_id,project_id,quantity_tonnes,amount,currency,date,description\np1,payment,q1,VCS-1,0.001,0.0125,USDC,2026-10-02,\n';
    const how = {
      mapping: mappingOf('carbonmark', 'carbonmark-1'),
      of: { provider: 'carbonmark', document: 'payments' as const },
    };
    expect(await oneError(file, how)).toEqual({ line: 2, column: 'currency', rule: 'currency_differs' });
    expect((await read(file.replace('USDC', 'USD'), how)).lines).toMatchObject([{ grams: 1_000n, netUnits: 12_500n }]);
  });
});

const cents = fc.bigInt({ min: 0n, max: 10n ** 12n });
const written = (amount: bigint): string => `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`;

describe('of any lines', () => {
  it('the total is their sum to the unit, wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cents, cents), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 40 }),
        async (amounts, size) => {
          const lines = amounts.map(
            ([net, tax], at) => `${at},charge,,,,,,${written(net)},${written(tax)},USD,2026-10-03,`,
          );
          const { check, errors } = await read(fileOf(...lines), { size });
          expect(errors).toEqual([]);
          expect(check.totals()).toEqual({
            lines: amounts.length,
            netUnits: amounts.reduce((sum, [net]) => sum + net * 10_000n, 0n),
            taxUnits: amounts.reduce((sum, [, tax]) => sum + tax * 10_000n, 0n),
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('the keys are the same set in any order, and none of them comes twice', async () => {
    const line = fc.constantFrom(A, B, A.replace('cn_1', 'cn_3'), `x${A}`);
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(line, { minLength: 1, maxLength: 12 })
          .map((lines) => lines.filter((each, at) => each !== `x${A}` || lines.indexOf(each) === at)),
        fc.infiniteStream(fc.nat()),
        async (lines, order) => {
          const shuffled = lines
            .map((each) => ({ each, place: order.next().value as number }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ each }) => each);
          const { keys } = await read(fileOf(...lines));
          expect((await read(fileOf(...shuffled))).keys.toSorted()).toEqual(keys.toSorted());
          expect(new Set(keys).size).toBe(lines.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('a declared amount is read as it is shown', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (units) => {
        const shown = decimalOf(units);
        expect(unitsFrom(shown)).toBe(units);
        expect(shown).toMatch(/^-?\d+\.\d{2,6}$/);
      }),
    );
  });
});
