/**
 * Credits that can be claimed: a range of serial numbers, or, without a range, whatever a text names. Two lots of one
 * registry and block are the same where their ranges are, and otherwise must not overlap.
 */
export interface Lot {
  readonly registry: string;
  /** What the numbers of the range are counted in; without a range, the whole text. */
  readonly block: string;
  readonly span: { readonly first: bigint; readonly last: bigint } | null;
  /** Where the serial numbers name the project. */
  readonly registryProjectId: string | null;
}

/** Longer ones are none: no registry has such, and the database could not index them. */
export const LONGEST_SERIAL = 400;

/** Registries without a rule here are known by the name that is told with a serial; those of chains by this one. */
const ON_CHAIN = 'on_chain';

/**
 * How each registry writes a range: its first number, its last number, and the project between what else there is.
 * `5212-101-200-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1` is a hundred credits of project 1748;
 * `GS1-1-KE-GS5642-16-2019-22342-1-500` five hundred of GS5642.
 */
const FORMS: readonly { readonly registry: string; readonly form: RegExp }[] = [
  {
    registry: 'verra',
    form: /^(?<before>\d{1,9})-(?<first>\d{1,12})-(?<last>\d{1,12})-(?<after>(?:VCS-)?VCU-\d{1,6}-[A-Z]{1,6}-[A-Z]{2}(?:-\d{1,4})?-(?<project>\d{1,9})-\d{8}-\d{8}-\d)$/,
  },
  {
    registry: 'gold_standard',
    form: /^(?<before>GS1-\d{1,4}-[A-Z]{2}-(?<project>GS\d{1,9})-\d{1,4}-\d{4}-\d{1,9})-(?<first>\d{1,12})-(?<last>\d{1,12})(?<after>)$/,
  },
];

/** @returns null if the text is no name of anything. */
export const lotFromSerial = (serial: string, registry: string | null): Lot | null => {
  const text = serial.trim().replaceAll(/\s+/g, ' ').toUpperCase();
  if (text === '' || text.length > LONGEST_SERIAL) return null;
  for (const { registry: known, form } of FORMS) {
    const found = form.exec(text)?.groups;
    const span = found && spanFrom(found['first'], found['last']);
    if (!span) continue;
    const block = [found['before'], found['after']].filter(Boolean).join('-');
    return { registry: known, block, span, registryProjectId: found['project']?.replace(/^0+(?=\d)/, '') ?? null };
  }
  return { registry: registryName(registry), block: text, span: null, registryProjectId: null };
};

export const lotFromTransaction = (hash: string): Lot | null => {
  const lot = lotFromSerial(hash, ON_CHAIN);
  return lot && { ...lot, registry: ON_CHAIN, span: null };
};

const spanFrom = (first = '', last = ''): Lot['span'] => {
  const span = { first: BigInt(first), last: BigInt(last) };
  return span.first <= span.last ? span : null;
};

/** So that what providers write of one registry is one name: "Gold Standard" and "gold_standard". */
export const registryName = (registry: string | null): string =>
  (registry ?? '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_|_$/g, '')
    .slice(0, 100) || 'unknown';

/**
 * A project, by one name for all that people write of it: "VCS-1748" and "1748" are one, where serial numbers name projects
 * by a number. `registry` as `registryName` writes it.
 */
export const projectName = (registry: string, registryProjectId: string): string => {
  const isNumbered = FORMS.some((known) => known.registry === registry);
  const id = isNumbered
    ? registryProjectId.replaceAll(/\D/g, '').replace(/^0+/, '')
    : registryProjectId.trim().toUpperCase();
  return JSON.stringify([registry, id]);
};

const GRAMS_OF_A_SERIAL = 1_000_000n;

/** A serial number is a tonne. Without a range a lot has what is told of it; null where nobody tells. */
export const capacityOf = ({ span }: Lot, told: number | null): bigint | null => {
  if (span) return (span.last - span.first + 1n) * GRAMS_OF_A_SERIAL;
  return told === null ? null : BigInt(told);
};

/** Two of the same name are the same lot. */
export const nameOfLot = ({ registry, block, span }: Lot): string =>
  JSON.stringify([registry, block, span && `${span.first}-${span.last}`]);
