const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));

/**
 * Stands for the database's time of a commit until the commit has happened: what is decided before it, and the response
 * that is stored with it, carry this value, and persistence puts the real time in its place. It lies in the last nine
 * thousand years that a Date can hold, drawn anew by every process, so that no text of a caller's can be taken for it.
 */
export const AT_COMMIT = new Date(8.64e15 - (high % 2 ** 16) * 2 ** 32 - low);

export const committedTime = <T extends Date | null>(time: T, at: Date): T | Date => (time === AT_COMMIT ? at : time);
