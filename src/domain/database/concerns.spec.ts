import { concernsOf, type Concern, type ServerFacts } from './concerns.js';

const SAFE: ServerFacts = {
  isInRecovery: false,
  isReadOnly: false,
  fsync: 'on',
  fullPageWrites: 'on',
  synchronousCommit: 'on',
  synchronousStandbyNames: 'ANY 1 (a, b)',
  standbys: 2,
  isOwner: false,
  mayWriteOrders: true,
  mayCreate: false,
  clockAheadMs: -1_500,
};

it('nothing is said of a server that keeps what it confirms', () => {
  expect(concernsOf(SAFE)).toEqual([]);
  expect(concernsOf({ ...SAFE, synchronousCommit: 'remote_apply' })).toEqual([]);
});

it.each<[string, Partial<ServerFacts>, Concern[]]>([
  ['a standby, whatever else it says', { isInRecovery: true, isReadOnly: true, standbys: 0 }, ['in_recovery']],
  ['a former primary', { isReadOnly: true }, ['read_only']],
  ['no fsync', { fsync: 'off' }, ['fsync_off']],
  ['torn pages', { fullPageWrites: 'off' }, ['full_page_writes_off']],
  ['commits before they are on disk', { synchronousCommit: 'off' }, ['synchronous_commit_off']],
  ['commits that wait for no standby', { synchronousCommit: 'local' }, ['synchronous_commit_local']],
  ['a standby that is away', { standbys: 0 }, ['no_standby']],
  ['one server', { standbys: 0, synchronousStandbyNames: '', synchronousCommit: 'local' }, ['no_standby']],
  ['a standby that lags', { synchronousStandbyNames: '' }, ['asynchronous']],
  ['a role without the rights', { mayWriteOrders: false }, ['lacks_rights']],
  ['the owner of the tables, who may make more', { isOwner: true, mayCreate: true }, ['runs_as_owner']],
  ['a schema that is open to all', { mayCreate: true }, ['may_create']],
  ['a clock ahead', { clockAheadMs: 2_001 }, ['clock_differs']],
  ['a clock behind', { clockAheadMs: -3_600_000 }, ['clock_differs']],
  ['several at once', { fsync: 'off', synchronousCommit: 'off' }, ['fsync_off', 'synchronous_commit_off']],
])('says %s', (_, differences, concerns) => {
  expect(concernsOf({ ...SAFE, ...differences })).toEqual(concerns);
});
