import { hash } from 'node:crypto';

/** One order in so many is planted: what the provider says of it is not what is here. */
const PLANTED_EVERY = 1_000;

/** In turn: what is wrong, and as what a run is to find it. */
export const PLANTS = [
  { id: 'dearer', types: ['amount_differs'] },
  { id: 'heavier', types: ['mass_differs'] },
  { id: 'not_retired', types: ['state_differs'] },
  { id: 'not_listed', types: ['purchase_missing_there'] },
  // Which of them, its age says.
  { id: 'not_invoiced', types: ['not_invoiced', 'invoice_overdue'] },
  { id: 'unknown', types: ['purchase_unknown_here'] },
];

/** The plant of the n-th order, from 1, by its id; null for nearly all. */
export const plantOf = (n) => (n % PLANTED_EVERY === 0 ? PLANTS[(n / PLANTED_EVERY) % PLANTS.length].id : null);

/** The same as a condition on `n`. */
export const isPlant = (id) =>
  `(n % ${PLANTED_EVERY} = 0 AND n / ${PLANTED_EVERY} % ${PLANTS.length} = ${PLANTS.findIndex((plant) => plant.id === id)})`;

/** Sorts by age, as the gateway's own ids do. */
export const ORDER_ID = `'ord_0' || lpad(to_hex(n), 12, '0') || left(md5(n::text), 13)`;
export const orderId = (n) => `ord_0${n.toString(16).padStart(12, '0')}${hash('md5', String(n)).slice(0, 13)}`;

/** `{planted, found, surplus}`: how many there are, how many of them a run has found, and what it has found beside. */
export function foundOf(orders, types) {
  const planted = new Map(PLANTS.map(({ id }) => [id, 0]));
  for (let n = PLANTED_EVERY; n <= orders; n += PLANTED_EVERY) planted.set(plantOf(n), planted.get(plantOf(n)) + 1);
  const foundAs = ({ types: names }) => names.reduce((sum, name) => sum + Number(types[name] ?? 0), 0);
  const found = PLANTS.reduce((sum, plant) => sum + Math.min(foundAs(plant), planted.get(plant.id)), 0);
  const all = Object.values(types).reduce((sum, count) => sum + Number(count), 0);
  return { planted: Math.floor(orders / PLANTED_EVERY), found, surplus: all - found };
}
