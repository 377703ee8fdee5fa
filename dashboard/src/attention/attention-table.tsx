import { Link } from '@tanstack/react-router';
import type { Of } from '../api/client.ts';
import { Age, Until } from '../parts/time.tsx';
import { Money, ShortId, Status, Tonnes, WordsCell } from '../parts/values.tsx';

export type AttentionRow = Of<'Attention'> & { readonly isGone: boolean };

const NextLook = ({ at }: { at: string | null }) =>
  at === null ? <span className="quiet">none</span> : <Until at={at} />;

export const AttentionTable = ({ rows, label }: { rows: readonly AttentionRow[]; label: string }) => (
  <table className="rows">
    <caption className="hidden">{label}</caption>
    <thead>
      <tr>
        <th className="number age">Waits</th>
        <th className="id">Order</th>
        <th className="status">Status</th>
        <th className="tenant">Tenant</th>
        <th>Reference</th>
        <th className="provider">Provider</th>
        <th className="number mass">Mass, t</th>
        <th className="number money">Price</th>
        <th className="next">Next look</th>
        <th className="owner">In hand of</th>
      </tr>
    </thead>
    <tbody>
      {rows.map(({ order, since, owner, next_try_at: nextTryAt, proposal_id: proposal, isGone }) => (
        <tr key={order.id} className={isGone ? 'gone' : undefined}>
          <td className="number">
            <Age since={since} />
          </td>
          <td className="id">
            <Link to="/orders/$id" params={{ id: order.id }} data-row>
              {order.id}
            </Link>
          </td>
          <td>{isGone ? <span className="badge">settled</span> : <Status status={order.status} />}</td>
          <td>
            <ShortId id={order.tenant_id} />
          </td>
          <WordsCell text={order.reference} />
          <td>{order.provider}</td>
          <td className="number">
            <Tonnes mass={order.ordered_mass} />
          </td>
          <td className="number">
            <Money money={order.total} />
          </td>
          <td>
            {proposal !== null ? (
              <Link to="/approvals/$id" params={{ id: proposal }}>
                proposal
              </Link>
            ) : (
              <NextLook at={nextTryAt} />
            )}
          </td>
          {owner ? <WordsCell text={owner.name} /> : <td className="quiet">nobody</td>}
        </tr>
      ))}
    </tbody>
  </table>
);
