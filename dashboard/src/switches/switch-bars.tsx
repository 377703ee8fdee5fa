import { Link } from '@tanstack/react-router';
import { Age, Until, useNow } from '../parts/time.tsx';
import { Words } from '../parts/values.tsx';
import type { Switch } from './switch-queries.ts';
import { scopeOf } from './switch-words.ts';

/** What is on for longer is also an alert: it may have been forgotten. */
const LONG_MS = 86_400_000;

/** On every screen, for as long as something is switched off: nobody has to remember it. */
export const SwitchBars = ({ switches }: { switches: readonly Switch[] }) => {
  const now = useNow(60_000);
  return switches.map(({ id, scope, owner, on_at: since, until, reason, off_proposal: proposal }) => (
    <p className="pause" role="status" key={id}>
      <strong>
        <Link to="/switches">{scopeOf(scope)} switched off</Link>
      </strong>{' '}
      by <Words text={owner?.name ?? 'a machine'} />, <Age since={since} /> ago, ends <Until at={until} />:{' '}
      <Words text={reason} />
      {now - Date.parse(since) > LONG_MS && '. On for more than a day: is it still needed?'}
      {proposal && (
        <>
          . <Words text={proposal.by.name} /> would turn it off: somebody else has to
        </>
      )}
    </p>
  ));
};
