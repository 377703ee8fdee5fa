import { useState } from 'react';
import type { Of } from '../api/client.ts';
import { STATUSES } from '../words.ts';

/** A code as people read it. */
export const wordsOf = (code: string): string => code.replaceAll('_', ' ');

export const Money = ({ money }: { money: Of<'Money'> | null }) =>
  money === null ? <span className="quiet">not known</span> : <>{`${grouped(money.amount)} ${money.currency}`}</>;

/** In columns of one currency, which their heading says. */
export const Amount = ({ money }: { money: Of<'Money'> | null }) =>
  money === null ? <span className="quiet">none</span> : <>{grouped(money.amount)}</>;

/** `19,753.08`: a decimal text with its thousands apart. */
const grouped = (decimal: string): string => {
  const [whole = '', ...part] = decimal.split('.');
  return [whole.replaceAll(/\B(?=(\d{3})+$)/g, ','), ...part].join('.');
};

/** Grams in tonnes, to the kilogram, and to the gram where it takes that. */
export const tonnesOf = (grams: string): string => {
  const sign = grams.startsWith('-') ? '-' : '';
  const digits = grams.slice(sign.length).padStart(7, '0');
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,3}$/, '')}`;
};

/** In columns, where kilograms above tonnes would mislead: `0.960`. */
export const Tonnes = ({ mass }: { mass: Of<'Mass'> }) => <>{grouped(tonnesOf(String(mass.grams)))}</>;

/** How many digits after the point the decimals of a column take, so that their points stand below each other. */
export const placesIn = (decimals: readonly string[]): number =>
  Math.max(0, ...decimals.map((decimal) => decimal.split('.')[1]?.length ?? 0));

/** A decimal in such a column. */
export const FigureCell = ({ decimal, places }: { decimal: string; places: number }) => {
  const [whole = '', part = ''] = decimal.split('.');
  const isZero = !/[1-9]/.test(decimal);
  return <td className={isZero ? 'number quiet' : 'number'}>{grouped(`${whole}.${part.padEnd(places, '0')}`)}</td>;
};

export const Mass = ({ mass }: { mass: Of<'Mass'> }) => (
  <>
    {mass.value} <span className="unit">{mass.unit}</span>
  </>
);

export const Status = ({ status }: { status: keyof typeof STATUSES }) => (
  <span className={`badge ${status}`} title={STATUSES[status].means}>
    {wordsOf(status)}
  </span>
);

/** What people wrote, in whatever direction it reads. */
export const Words = ({ text }: { text: string }) => <bdi>{text}</bdi>;

/** The same as a cell, cut off at its own end, and in full when it is pointed at. */
export const WordsCell = ({ text }: { text: string | null }) => (
  <td className="text" dir="auto" title={text ?? undefined}>
    {text}
  </td>
);

/** An id that is one of many of its kind: they differ at their end. */
export const ShortId = ({ id }: { id: string }) => (
  <code title={id}>
    {id.slice(0, 4)}…{id.slice(-6)}
  </code>
);

/** An id in full, and a button that copies it. */
export const CopyableId = ({ id, name }: { id: string; name: string }) => {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <span className="copyable">
      <code>{id}</code>
      <button type="button" className="small" aria-label={`Copy ${name}`} onClick={() => void copy()}>
        {copied ? 'copied' : 'copy'}
      </button>
    </span>
  );
};
