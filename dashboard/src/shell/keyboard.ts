import { useEffect } from 'react';
import { useRouter } from '@tanstack/react-router';

/** What keys do. `?` shows this table. None of them changes anything in the world, but that `r` asks a provider. */
export const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['/', 'search'],
  ['g a', 'go to Attention'],
  ['g o', 'go to Orders'],
  ['g p', 'go to Approvals'],
  ['g v', 'go to Providers'],
  ['g d', 'go to Deliveries'],
  ['g s', 'go to Switches'],
  ['g b', 'go to Budgets'],
  ['g f', 'go to Finance'],
  ['g u', 'go to Audit'],
  ['g m', 'go to Admin'],
  ['j, k', 'next row, row before'],
  ['Enter', 'open the row'],
  ['x', 'select the row, or not any more'],
  ['r', 'read the order from its provider now'],
  ['?', 'this help'],
  ['Esc', 'close it, or leave a field'],
];

const PLACES = {
  a: '/',
  o: '/orders',
  p: '/approvals',
  v: '/providers',
  d: '/deliveries',
  s: '/switches',
  b: '/budgets',
  f: '/finance',
  u: '/audit',
  m: '/admin',
} as const;

/** How long `g` waits for the key after it. */
const SECOND_KEY_MS = 1_500;

const isField = (target: EventTarget | null): target is HTMLElement =>
  target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), textarea, select');

/** Moves among the links that open rows. */
const moveRow = (by: 1 | -1): void => {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
};

/** Of the row that has the focus. */
const selectRow = (): void =>
  document.activeElement?.closest('tr')?.querySelector<HTMLInputElement>('input[data-select]')?.click();

export const useKeyboard = (openHelp: () => void): void => {
  const router = useRouter();
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      const { key, target } = event;
      if (isField(target)) {
        if (key === 'Escape') target.blur();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      const goes = Date.now() < goUntil;
      goUntil = 0;
      const place = PLACES[key as keyof typeof PLACES];
      if (goes && place) return void router.navigate({ to: place });
      if (key === 'g') goUntil = Date.now() + SECOND_KEY_MS;
      else if (key === 'j' || key === 'k') moveRow(key === 'j' ? 1 : -1);
      else if (key === 'x') selectRow();
      else if (key === '?') openHelp();
      else if (key === 'r') document.querySelector<HTMLButtonElement>('button[data-key="r"]')?.click();
      else if (key === '/') document.querySelector<HTMLInputElement>('#search')?.focus();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [router, openHelp]);
};
