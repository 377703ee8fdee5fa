import { boughtAt } from './finance-seed.js';
import { orderId, plantOf } from './finance-plants.js';

/** Of the file, as it is sent: about 100 kB at a time. */
const LINES_AT_A_TIME = 1_000;

const PRICE_CENTS = 200;
const DEARER_CENTS = 10;

/** An invoice for all orders, as CNaught's mapping has it: uploaded and checked, then accepted. In seconds. */
export async function takeStatement(api, { orders, month }) {
  const uploadedAt = performance.now();
  const statement = await upload(api, orders, month);
  const acceptedAt = performance.now();
  await accept(api, statement.id);
  return {
    lines: statement.lines,
    uploadSeconds: (acceptedAt - uploadedAt) / 1000,
    acceptSeconds: (performance.now() - acceptedAt) / 1000,
  };
}

async function upload({ origin, key }, orders, month) {
  const { lines, cents } = declared(orders);
  const [issued, from, to] = [month.until, month.from, month.until].map(dayOf);
  const query = new URLSearchParams({
    provider: 'cnaught',
    document: 'invoice',
    number: 'INV-SEEDED',
    mapping: 'cnaught-1',
    currency: 'USD',
    issued_on: issued,
    covers_from: from,
    covers_to: to,
    declared_lines: lines,
    declared_net: (cents / 100).toFixed(2),
    declared_tax: '0.00',
  });
  const response = await fetch(`${origin}/v1/finance/statements?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv', 'idempotency-key': 'bench-statement' },
    body: file(orders, month),
    duplex: 'half',
  });
  const { id, detail } = await response.json();
  if (response.status !== 201) throw new Error(`the upload of a statement gave ${response.status}: ${detail}`);
  return { id, lines };
}

const dayOf = (date) => date.toISOString().slice(0, 10);

function declared(orders) {
  let [lines, cents] = [0, 0];
  for (let n = 1; n <= orders; n++) {
    if (plantOf(n) === 'not_invoiced') continue;
    lines += 1;
    cents += centsOf(n);
  }
  return { lines, cents };
}

const centsOf = (n) => (plantOf(n) === 'dearer' ? PRICE_CENTS + DEARER_CENTS : PRICE_CENTS);

async function* file(orders, month) {
  let lines = ['line_id,type,order_id,client_reference_id,amount_kg,price_usd_cents,date,description\n'];
  for (let n = 1; n <= orders; n++) {
    if (plantOf(n) !== 'not_invoiced')
      lines.push(
        `L-${n},order,seeded-${n},${orderId(n)},100,${centsOf(n)},${dayOf(boughtAt(month, n, orders))},Carbon removal\n`,
      );
    if (lines.length < LINES_AT_A_TIME && n < orders) continue;
    yield Buffer.from(lines.join(''));
    lines = [];
  }
}

async function accept({ origin, key }, id) {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${origin}/v1/finance/statements/${id}/accept`, { method: 'POST', headers });
  if (!response.ok) throw new Error(`the acceptance of a statement gave ${response.status}: ${await response.text()}`);
}
