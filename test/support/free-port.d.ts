/** A port of loopback that nothing listens on just now. Not given twice by one process. */
export function freePort(): Promise<number>;
