/** The texts of an order that a provider keeps or prints, and how a caller knows them. */
export const ORDER_TEXTS = {
  beneficiaryName: 'beneficiary.name',
  retirementMessage: 'retirement_message',
  description: 'description',
} as const satisfies Record<keyof OrderTexts, string>;
export type OrderText = keyof typeof ORDER_TEXTS;

export interface OrderTexts {
  /** Public and permanent on the registry. */
  readonly beneficiaryName: string;
  readonly retirementMessage: string | null;
  readonly description: string | null;
}

/** How long a text may be, or several that share one field of the provider's. */
export interface TextLimit {
  readonly texts: readonly OrderText[];
  /** The most characters they may have together, without what the gateway adds around them. */
  readonly most: number;
  /** `json`: as written into a JSON text, where a quote or a line break takes two characters. */
  readonly countedAs: 'characters' | 'json';
}

/** Which texts are too long for a provider, and by how much. */
export interface TextExcess {
  readonly texts: readonly OrderText[];
  readonly most: number;
  readonly excess: number;
}

/** @returns the first limit that the texts are above, or null if they fit. */
export const textExcess = (limits: readonly TextLimit[], given: OrderTexts): TextExcess | null => {
  for (const { texts, most, countedAs } of limits) {
    const length = texts.reduce((sum, text) => sum + LENGTH[countedAs](given[text] ?? ''), 0);
    if (length > most) return { texts, most, excess: length - most };
  }
  return null;
};

const LENGTH: Readonly<Record<TextLimit['countedAs'], (text: string) => number>> = {
  characters: (text) => text.length,
  json: (text) => JSON.stringify(text).length - '""'.length,
};

/** For the caller: `at most 255 characters of beneficiary.name; shorten it by 3`. */
export const explainExcess = ({ texts, most, excess }: TextExcess): string => {
  const names = texts.map((text) => ORDER_TEXTS[text]);
  return names.length === 1
    ? `at most ${most} characters of ${names[0]}; shorten it by ${excess}`
    : `at most ${most} characters of ${names.slice(0, -1).join(', ')} and ${names.at(-1)} together; shorten them by ${excess}`;
};
