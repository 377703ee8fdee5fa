/** What a caller may leave open in the addresses that a payer is sent to. */
export const PLACEHOLDERS = ['ORDER_ID', 'CHECKOUT_SESSION_ID'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** `{NAME}`, or as libraries write it that build URLs: `%7BNAME%7D`. */
const WRITTEN = /(?:\{|%7B)(\w+)(?:\}|%7D)/gi;

const isPlaceholder = (name: string): name is Placeholder => (PLACEHOLDERS as readonly string[]).includes(name);

/** Whether the address has a placeholder that nobody would fill, or half of one. */
export const hasUnknownPlaceholder = (address: string): boolean => {
  const rest = address.replaceAll(WRITTEN, (written, name: string) => (isPlaceholder(name) ? '' : `{${written}`));
  return /[{}]/.test(rest);
};

/** Leaves all else as it is. */
export const fillPlaceholders = (address: string, values: Readonly<Record<Placeholder, string>>): string =>
  address.replaceAll(WRITTEN, (written, name: string) =>
    isPlaceholder(name) ? encodeURIComponent(values[name]) : written,
  );
