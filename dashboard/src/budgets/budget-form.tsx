import { useId, useState } from 'react';
import { useSession } from '../api/session.ts';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age } from '../parts/time.tsx';
import { Money, Words } from '../parts/values.tsx';
import { useSetBudget, type Budget } from './budget-queries.ts';

/** Lowered by one person, raised by two: the second sends the same number. */
export const BudgetForm = ({ budget, close }: { budget: Budget; close: () => void }) => {
  const [amountField, reasonField] = [useId(), useId()];
  const me = useSession().data?.operator?.id;
  const { proposal } = budget;
  const isMine = me !== undefined && proposal?.by.id === me;
  const [amount, setAmount] = useState(isMine ? '' : (proposal?.limit.amount ?? ''));
  const [reason, setReason] = useState('');
  const setting = useSetBudget(budget);
  return (
    <section className="verdict card" aria-labelledby="set-budget">
      <h2 id="set-budget">
        {budget.tenant_id} in {budget.period}
      </h2>
      <p className="quiet">
        It may spend <Money money={budget.limit} />. A lower limit holds at once; a higher one takes a second person,
        who sends the same number.
      </p>
      {proposal && (
        <p>
          <Words text={proposal.by.name} /> proposed <Money money={proposal.limit} />, <Age since={proposal.at} /> ago:{' '}
          <Words text={proposal.reason} />
          {isMine && '. It needs somebody else'}
        </p>
      )}
      <label htmlFor={amountField}>Limit, USD</label>
      <input
        id={amountField}
        inputMode="decimal"
        autoComplete="off"
        value={amount}
        onChange={({ target }) => setAmount(target.value)}
      />
      <label htmlFor={reasonField}>Why; it names nobody</label>
      <input
        id={reasonField}
        dir="auto"
        maxLength={300}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <div className="acts">
        <button
          type="button"
          disabled={setting.isPending || amount.trim() === '' || reason.trim().length < 3}
          onClick={() => setting.mutate({ amount: amount.trim(), reason: reason.trim() }, { onSuccess: close })}
        >
          Set
        </button>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
      <ProblemBox error={setting.error} />
    </section>
  );
};
