/** How long a second person has to decide on what takes two. */
export const PROPOSAL_MS = 24 * 3_600_000;

/** Whether a second person can still decide on what was proposed then. */
export const isOpenSince = (proposedAt: Date, now: Date): boolean => now.getTime() - proposedAt.getTime() < PROPOSAL_MS;
