import { useId, useState } from 'react';
import { ProblemBox } from '../parts/problem-box.tsx';
import { wordsOf } from '../parts/values.tsx';
import { useSummary } from '../shell/summary.ts';
import { SWITCH_OPERATIONS } from '../words.ts';
import { useTurnOn, type SwitchScope } from './switch-queries.ts';

const HOUR_MS = 3_600_000;
const LASTS = [
  ['1 hour', 1],
  ['4 hours', 4],
  ['12 hours', 12],
  ['1 day', 24],
  ['3 days', 72],
  ['7 days', 168],
] as const;

/** One step, and quick: what is stopped by mistake can go on again. */
export const TurnOnForm = ({ at = '' }: { at?: string | undefined }) => {
  const field = useId();
  const { data: summary } = useSummary();
  const on = useTurnOn();
  const [operation, setOperation] = useState<SwitchScope['operation']>('purchases');
  const [provider, setProvider] = useState(at);
  const [tenant, setTenant] = useState('');
  const [hours, setHours] = useState(4);
  const [reason, setReason] = useState('');
  const scope = {
    operation,
    ...(provider !== '' && operation !== 'webhooks' && { provider }),
    ...(tenant.trim() !== '' && { tenant_id: tenant.trim() }),
  };
  const isGlobal = Object.keys(scope).length === 1;
  return (
    <section className="verdict" aria-labelledby="turn-on">
      <h2 id="turn-on">Switch off</h2>
      <p className="quiet">
        What it stops: {SWITCH_OPERATIONS[operation]}. Nothing new is begun once it is on. Orders that are accepted
        wait; what was bought is followed. {isGlobal && 'It stops everybody: to turn it off takes two people.'}
      </p>
      <div className="filters">
        <label>
          <span>What</span>
          <select value={operation} onChange={({ target }) => setOperation(target.value as SwitchScope['operation'])}>
            {Object.keys(SWITCH_OPERATIONS).map((word) => (
              <option key={word}>{word}</option>
            ))}
          </select>
        </label>
        <label>
          <span>At which provider</span>
          <select
            value={operation === 'webhooks' ? '' : provider}
            disabled={operation === 'webhooks'}
            onChange={({ target }) => setProvider(target.value)}
          >
            <option value="">every one</option>
            {summary?.providers.map(({ id }) => (
              <option key={id} value={id}>
                {wordsOf(id)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>Of which tenant</span>
          <input
            value={tenant}
            placeholder="every one, or ten_…"
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => setTenant(target.value)}
          />
        </label>
        <label>
          <span>For at most</span>
          <select value={hours} onChange={({ target }) => setHours(Number(target.value))}>
            {LASTS.map(([words, value]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label htmlFor={field}>Why; callers who are refused are told, so name nobody</label>
      <input id={field} dir="auto" maxLength={300} value={reason} onChange={({ target }) => setReason(target.value)} />
      <div className="acts">
        <button
          type="button"
          className="grave"
          disabled={on.isPending || reason.trim().length < 3}
          onClick={() =>
            on.mutate(
              { scope, reason: reason.trim(), until: new Date(Date.now() + hours * HOUR_MS).toISOString() },
              { onSuccess: () => setReason('') },
            )
          }
        >
          Switch off
        </button>
      </div>
      <ProblemBox error={on.error} />
    </section>
  );
};
