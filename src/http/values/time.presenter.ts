/** RFC 3339, UTC, milliseconds. */
export const presentTime = (time: Date): string => time.toISOString();

export const presentTimeOrNull = (time: Date | null): string | null => (time === null ? null : presentTime(time));
