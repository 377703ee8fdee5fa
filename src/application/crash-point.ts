/** Where a test can kill the process, to prove that a crash there loses and repeats nothing. */
export const CRASH_POINTS = [
  'routed',
  'accepted',
  'step_read',
  'priced',
  'prepared',
  'intent_committed',
  'sending',
  'responded',
  'outcome_recorded',
  'looked_up',
  'lookup_recorded',
  'observed',
  'observation_applied',
  'cancel_intended',
  'cancel_responded',
] as const;

/** The same of a reconciliation, which buys nothing. */
export const RUN_CRASH_POINTS = ['page_collected', 'collected', 'findings_added', 'matched', 'settled'] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];
type RunCrashPoint = (typeof RUN_CRASH_POINTS)[number];

const [wanted, nth = '1'] = (process.env['CRASH_AT'] ?? '').split(':');
let passed = 0;

/**
 * Kills the process, as a power cut would, the nth time it passes the point of CRASH_AT=name:nth. Production refuses to
 * start with it.
 */
export const crashPoint = (name: CrashPoint | RunCrashPoint): void => {
  if (name !== wanted) return;
  passed += 1;
  if (passed === Number(nth)) process.kill(process.pid, 'SIGKILL');
};
