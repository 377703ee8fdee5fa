import type { Of } from '../../api/client.ts';
import { useMay, useSession } from '../../api/session.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ProblemBox } from '../../parts/problem-box.tsx';
import { Age } from '../../parts/time.tsx';
import { Words, wordsOf } from '../../parts/values.tsx';
import { useApprove } from './break-queries.ts';

/** What one has proposed another approves: it posts more than one person may decide. */
export const Proposal = ({ id, proposal }: { id: string; proposal: Of<'BreakProposal'> }) => {
  const me = useSession().data?.operator?.id;
  const mayApprove = useMay('finance:approve');
  const approve = useApprove(id);
  return (
    <section className="card" aria-labelledby="proposal">
      <h2 id="proposal">Proposed: {wordsOf(proposal.resolution)}</h2>
      <p>
        By <Words text={proposal.by.name} />, <Age since={proposal.at} /> ago
        {proposal.order_id !== null && `, for ${proposal.order_id}`}.
      </p>
      <p className="written">
        <Words text={proposal.note} />
      </p>
      {proposal.by.id === me && <p className="quiet">It needs somebody else.</p>}
      {mayApprove && proposal.by.id !== me && (
        <div className="acts">
          <ConfirmButton
            label="Approve"
            confirm="Approve it: it is posted"
            look="main"
            disabled={approve.isPending}
            act={() => approve.mutate()}
          />
        </div>
      )}
      <ProblemBox error={approve.error} />
    </section>
  );
};
