/** What the database server says of itself, as far as the keeping of commits hangs on it, and of what we may do there. */
export interface ServerFacts {
  readonly isInRecovery: boolean;
  readonly isReadOnly: boolean;
  /** Its settings, as PostgreSQL words them. */
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly synchronousStandbyNames: string;
  /** How many standbys are connected. */
  readonly standbys: number;
  /** Whether the role that we run as owns the tables, or may become who does. */
  readonly isOwner: boolean;
  readonly mayWriteOrders: boolean;
  /** Whether it may make tables of its own beside ours. */
  readonly mayCreate: boolean;
  /** How far its clock is ahead of ours. */
  readonly clockAheadMs: number;
}

/** Callers and logs tell times of both clocks side by side. */
const CLOCK_MS = 2_000;

/** Every reason for which a commit that was confirmed can be lost, or none can be made, or history be rewritten. */
export const CONCERNS = {
  in_recovery: 'The server is a standby: nothing can be written. Readiness stays 503 until it is promoted.',
  read_only: 'The server takes no writes (default_transaction_read_only). Readiness stays 503 until it does.',
  fsync_off: 'fsync is off: when the machine fails, the whole database can be lost.',
  full_page_writes_off: 'full_page_writes is off: when the machine fails, pages can be torn.',
  synchronous_commit_off:
    'synchronous_commit is off: orders that were confirmed are lost when the server ends by itself.',
  synchronous_commit_local:
    'synchronous_commit is local: commits do not wait for a standby, and a failover loses the last ones.',
  no_standby:
    'No standby is connected: with the disk, orders that were confirmed are lost, unless the storage is replicated.',
  asynchronous:
    'No standby is waited for (synchronous_standby_names is empty): a failover loses the last orders that were confirmed.',
  lacks_rights:
    'The role of DATABASE_URL may not change orders: migrate as the owner of the tables, and GRANT gateway_app to that role.',
  runs_as_owner:
    'DATABASE_URL is the role that owns the tables, or a superuser: whoever has its password can switch guards off and empty history. Give it a role of its own that is a member of gateway_app, and the owner to DIRECT_DATABASE_URL or to "cli migrate" alone.',
  may_create:
    'The role of DATABASE_URL may make tables beside ours: REVOKE CREATE ON SCHEMA public FROM PUBLIC, as the owner of the schema.',
  clock_differs:
    'Its clock is more than 2 seconds away from ours: times in logs and in orders do not fit. Leases use only its own.',
} as const;
export type Concern = keyof typeof CONCERNS;

export const concernsOf = (facts: ServerFacts): Concern[] => {
  // What a standby keeps is decided at its primary.
  if (facts.isInRecovery) return ['in_recovery'];
  const isReplicated = facts.standbys > 0;
  const isWaitedFor = facts.synchronousStandbyNames !== '';
  const found: Readonly<Record<Exclude<Concern, 'in_recovery'>, boolean>> = {
    read_only: facts.isReadOnly,
    fsync_off: facts.fsync === 'off',
    full_page_writes_off: facts.fullPageWrites === 'off',
    synchronous_commit_off: facts.synchronousCommit === 'off',
    synchronous_commit_local: isWaitedFor && facts.synchronousCommit === 'local',
    no_standby: !isReplicated,
    asynchronous: isReplicated && !isWaitedFor,
    lacks_rights: !facts.mayWriteOrders,
    runs_as_owner: facts.isOwner,
    may_create: facts.mayCreate && !facts.isOwner,
    clock_differs: Math.abs(facts.clockAheadMs) > CLOCK_MS,
  };
  return (Object.keys(found) as (keyof typeof found)[]).filter((concern) => found[concern]);
};
