/** What each word of a closed set means, for the description of its field. */
export const meaningsOf = (words: Readonly<Record<string, string>>): string =>
  Object.entries(words)
    .map(([word, meaning]) => `\`${word}\`: ${meaning}`)
    .join('. ');
