import { useId } from 'react';
import type { Of } from '../api/client.ts';

/** What was typed, as texts; `evidenceFrom` makes of it what the gateway takes. */
export type Draft = Readonly<Record<FieldName, string>>;
type FieldName = keyof typeof FIELDS;

const FIELDS = {
  provider_order_id: 'The provider’s id of the purchase or payment',
  cancelled: 'Purchases too many that are cancelled at the provider, one id a line',
  refunded: 'Those that were refunded, one id a line',
  kept: 'Those that are kept, by agreement with the tenant, one id a line',
  from: 'Who stated it',
  received_at: 'When it was received, in UTC',
  quote: 'What they wrote, in their words',
  ticket: 'Where it lies: a ticket, a mailbox (optional)',
} as const;

export const NOTHING_TYPED: Draft = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, ''])) as Draft;

const STATEMENT: readonly FieldName[] = ['from', 'received_at', 'quote', 'ticket'];
const LONG: ReadonlySet<FieldName> = new Set(['cancelled', 'refunded', 'kept', 'quote']);

export const EvidenceFields = ({
  asked,
  draft,
  write,
}: {
  asked: Of<'Choice'>['evidence'];
  draft: Draft;
  write: (change: Partial<Draft>) => void;
}) => (
  <>
    {asked.map((name) =>
      name === 'statement' ? (
        <fieldset key={name}>
          <legend>What was stated, where somebody stated something</legend>
          {STATEMENT.map((part) => (
            <Field key={part} name={part} draft={draft} write={write} />
          ))}
        </fieldset>
      ) : (
        <Field key={name} name={name} draft={draft} write={write} />
      ),
    )}
  </>
);

const Field = ({ name, draft, write }: { name: FieldName; draft: Draft; write: (change: Partial<Draft>) => void }) => {
  const id = useId();
  const common = { id, value: draft[name], autoComplete: 'off', spellCheck: false } as const;
  return (
    <div className="field">
      <label htmlFor={id}>{FIELDS[name]}</label>
      {LONG.has(name) ? (
        <textarea {...common} rows={3} dir="auto" onChange={({ target }) => write({ [name]: target.value })} />
      ) : (
        <input
          {...common}
          type={name === 'received_at' ? 'datetime-local' : 'text'}
          onChange={({ target }) => write({ [name]: target.value })}
        />
      )}
    </div>
  );
};

const linesOf = (text: string): string[] => text.split(/\s+/).filter((line) => line !== '');

/** Only what was typed, of what the decision looks at. */
export const evidenceFrom = (asked: Of<'Choice'>['evidence'], draft: Draft): Of<'EvidenceRequest'> => {
  const evidence: Of<'EvidenceRequest'> = {};
  if (asked.includes('provider_order_id') && draft.provider_order_id.trim() !== '')
    evidence.provider_order_id = draft.provider_order_id.trim();
  for (const name of ['cancelled', 'refunded', 'kept'] as const) {
    const ids = linesOf(draft[name]);
    if (asked.includes(name) && ids.length > 0) evidence[name] = ids;
  }
  if (asked.includes('statement') && STATEMENT.some((part) => draft[part].trim() !== ''))
    evidence.statement = {
      from: draft.from.trim(),
      // The field has no zone: what is typed is UTC, as everything here is.
      received_at: draft.received_at === '' ? '' : `${draft.received_at.slice(0, 16)}:00Z`,
      quote: draft.quote.trim(),
      ...(draft.ticket.trim() !== '' && { ticket: draft.ticket.trim() }),
    };
  return evidence;
};
