const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));

/**
 * Stands for the database's time of a commit until the commit has happened: decisions before it, and the response
 * stored with it, carry this value, and persistence replaces it by the real time. Each process draws it at random from
 * the last years that a Date can hold, so that no text from a caller can be mistaken for it.
 */
export const AT_COMMIT = new Date(8.64e15 - (high % 2 ** 16) * 2 ** 32 - low);

export const committedTime = <T extends Date | null>(time: T, at: Date): T | Date => (time === AT_COMMIT ? at : time);
