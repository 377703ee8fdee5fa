import { Link } from '@tanstack/react-router';
import { Age, Until } from '../parts/time.tsx';
import { Words } from '../parts/values.tsx';
import type { Switch } from './switch-queries.ts';
import { scopeOf } from './switch-words.ts';

/** On every screen, for as long as something is switched off: nobody has to remember it. */
export const SwitchBars = ({ switches }: { switches: readonly Switch[] }) =>
  switches.map(({ id, scope, owner, on_at: since, until, reason, off_proposal: proposal }) => (
    <p className="pause" role="status" key={id}>
      <strong>
        <Link to="/switches">{scopeOf(scope)} switched off</Link>
      </strong>{' '}
      by <Words text={owner?.name ?? 'a machine'} />, <Age since={since} /> ago, ends <Until at={until} />:{' '}
      <Words text={reason} />
      {proposal && (
        <>
          . <Words text={proposal.by.name} /> would turn it off: somebody else has to
        </>
      )}
    </p>
  ));
