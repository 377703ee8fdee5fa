import { useSession } from '../../api/session.ts';
import { FoldedForm, TextInput, textOf } from '../../parts/folded-form.tsx';
import { ProblemBox } from '../../parts/problem-box.tsx';
import { Words } from '../../parts/values.tsx';
import { useAssign, useWait, type WholeBreak } from './break-queries.ts';

/** Whose it is, so that two do not do the same. */
export const InHand = ({ found: { id, assignee } }: { found: WholeBreak }) => {
  const me = useSession().data?.operator?.id;
  const assign = useAssign(id);
  return (
    <section aria-label="In hand">
      <div className="acts">
        <span>
          {assignee === null ? 'In nobody’s hand.' : 'In hand of '}
          {assignee && <Words text={assignee.id === me ? 'you' : assignee.name} />}
        </span>
        {me !== undefined && assignee?.id !== me && (
          <button type="button" disabled={assign.isPending} onClick={() => assign.mutate(me)}>
            Take in hand
          </button>
        )}
        {assignee && (
          <button type="button" disabled={assign.isPending} onClick={() => assign.mutate(null)}>
            Give back
          </button>
        )}
      </div>
      <ProblemBox error={assign.error} />
    </section>
  );
};

export const WaitForm = ({ id }: { id: string }) => (
  <FoldedForm
    title="Wait for somebody"
    verb="Wait"
    create={useWait(id)}
    bodyOf={(fields) => ({ until: textOf(fields, 'until'), note: textOf(fields, 'note') })}
  >
    <p className="quiet">It blocks what it blocked. New facts open it again.</p>
    <TextInput label="Until" name="until" type="date" required />
    <TextInput label="For what" name="note" maxLength={2_000} required />
  </FoldedForm>
);
