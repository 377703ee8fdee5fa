import { LEASE_MS } from '../../domain/purchases/timing.js';
import type { RunsRepository } from '../../persistence/reconciliation/runs.repository.js';
import type { Lease } from '../../persistence/tasks/lease.js';

/**
 * Renews the lease of a task for as long as `act` takes: among a million orders a single query may outlast it, and every
 * other claim of the task would begin anew. A process that dies renews nothing. One that has lost the lease in spite of it
 * finds out as it writes.
 */
export const holdLease = async <T>(runs: RunsRepository, lease: Lease, act: () => Promise<T>): Promise<T> => {
  const renewal = setInterval(() => void runs.keep(lease, LEASE_MS).catch(() => undefined), LEASE_MS / 3);
  try {
    return await act();
  } finally {
    clearInterval(renewal);
  }
};
