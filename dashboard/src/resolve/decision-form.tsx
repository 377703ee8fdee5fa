import { Link } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import type { Of } from '../api/client.ts';
import type { Case } from '../orders/case-queries.ts';
import { Findings } from '../parts/findings.tsx';
import { LongText } from '../parts/long-text.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Mass, Words, wordsOf } from '../parts/values.tsx';
import { DECISION_WORDS } from './decision-words.ts';
import { EvidenceFields, evidenceFrom, NOTHING_TYPED, type Draft } from './evidence-fields.tsx';
import { useCheck, usePropose } from './resolve-queries.ts';

/** Shorter ones say nothing to those who ask in a year; the gateway refuses them. */
const SHORTEST_REASON = 20;

/** How long findings are on the screen before they can be acted upon. */
const LOOK_MS = 2_000;

/** Evidence and a reason, then what the gateway finds, then the act: each is offered when the one before is there. */
export const DecisionForm = ({ found, choice, version }: { found: Case; choice: Of<'Choice'>; version: number }) => {
  const [draft, setDraft] = useState<Draft>(NOTHING_TYPED);
  const [reason, setReason] = useState('');
  const check = useCheck(found.order.id);
  const propose = usePropose(found.order.id);
  // The order as it was when it was checked: what changes after that is refused, and checked anew.
  const checked = check.variables;

  /** What was found is about what was typed then. */
  const changed = (): void => {
    check.reset();
    propose.reset();
  };
  const write = (change: Partial<Draft>): void => {
    setDraft({ ...draft, ...change });
    changed();
  };
  const body = {
    decision: choice.decision,
    evidence: evidenceFrom(choice.evidence, draft),
    reason: reason.trim(),
    expected_version: version,
  };
  if (propose.data) return <Made resolution={propose.data} />;
  return (
    <section className="decision" aria-labelledby="decision">
      <h2 id="decision">{wordsOf(choice.decision)}</h2>
      <EvidenceFields asked={choice.evidence} draft={draft} write={write} />
      <div className="field">
        <LongText
          label={`Why, for those who ask in a year (${SHORTEST_REASON} characters at least)`}
          value={reason}
          write={(to) => {
            setReason(to);
            changed();
          }}
        />
      </div>
      <div className="acts">
        <button
          type="button"
          disabled={check.isPending || reason.trim().length < SHORTEST_REASON}
          onClick={() => {
            propose.reset();
            check.mutate(body);
          }}
        >
          Check
        </button>
        <span className="quiet" role="status">
          {check.isPending ? 'The gateway reads the provider…' : 'The gateway reads the provider. Nothing is done yet.'}
        </span>
      </div>
      <ProblemBox error={check.error} />
      {check.data && <Findings title="Found" findings={check.data.findings} />}
      {check.data?.allowed === true && checked && (
        <Confirm
          key={check.submittedAt}
          found={found}
          decision={choice.decision}
          steps={check.data.steps ?? 2}
          isPending={propose.isPending}
          confirm={(key) => propose.mutate({ body: checked, key })}
        />
      )}
      <ProblemBox error={propose.error} />
    </section>
  );
};

const Confirm = ({
  found: { order, tenant },
  decision,
  steps,
  isPending,
  confirm,
}: {
  found: Case;
  decision: Of<'Choice'>['decision'];
  steps: number;
  isPending: boolean;
  confirm: (key: string) => void;
}) => {
  const { verb, ifWrong } = DECISION_WORDS[decision];
  const field = useId();
  const key = useRef<string>(undefined);
  const [isRead, setRead] = useState(false);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRead(true), LOOK_MS);
    return () => clearTimeout(timer);
  }, []);
  const needsId = steps === 2;
  const end = order.id.slice(-4);
  return (
    <div className="confirm">
      <p>
        <strong>
          {verb}: <Mass mass={order.ordered_mass} /> at {order.provider} for <Words text={tenant.name} />.
        </strong>{' '}
        If this is wrong, {ifWrong}. {needsId ? 'A second person has to approve it.' : 'It is carried out at once.'}
      </p>
      {needsId && (
        <div className="field">
          <label htmlFor={field}>
            The last four characters of the order, <code>{end}</code>
          </label>
          <input
            id={field}
            className="short"
            value={typed}
            maxLength={4}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => setTyped(target.value)}
          />
        </div>
      )}
      <button
        type="button"
        className="grave"
        disabled={!isRead || isPending || (needsId && typed !== end)}
        onClick={() => confirm((key.current ??= crypto.randomUUID()))}
      >
        {needsId ? `Propose: ${verb.charAt(0).toLowerCase()}${verb.slice(1)}` : verb}
      </button>
    </div>
  );
};

const Made = ({ resolution }: { resolution: Of<'Resolution'> }) => (
  <section className="decision" role="status">
    <h2>{resolution.state === 'applied' ? 'Done' : 'Proposed'}</h2>
    <p>
      {resolution.state === 'applied'
        ? 'It was carried out and is recorded as yours. '
        : 'Somebody else has to approve it. Until then nothing changes, which is safe. '}
      <Link to="/approvals/$id" params={{ id: resolution.id }}>
        {wordsOf(resolution.decision)}
      </Link>
      {', '}
      <Link to="/orders/$id" params={{ id: resolution.order_id }}>
        the order
      </Link>
    </p>
  </section>
);
