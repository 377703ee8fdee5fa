/** Endpoints have few writers, and they are quick: more conflicts in a row than this are a bug. */
const MAX_TRIES = 10;

/** Reads, decides and writes; if another writer was faster (null), once more. */
export const untilWritten = async <T>(attempt: () => Promise<T | null>): Promise<T> => {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const written = await attempt();
    if (written !== null) return written;
  }
  throw new Error('it changed too often while a change of it was decided');
};
