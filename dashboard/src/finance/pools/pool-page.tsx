import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Of } from '../../api/client.ts';
import { Fact } from '../../parts/fact.tsx';
import { Pages, Read } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { Time, Until } from '../../parts/time.tsx';
import { CopyableId, FigureCell, Mass, Money, placesIn, Status, Tonnes, tonnesOf, Words } from '../../parts/values.tsx';
import { POOL_STATUSES } from '../../words.ts';
import { membersQuery, poolQuery, type Pool } from './pool-queries.ts';
import { PoolStatus } from './pools-page.tsx';

const route = getRouteApi('/finance/pools/$id');

export const PoolPage = () => {
  const { id } = route.useParams();
  const query = useQuery(poolQuery(id));
  return (
    <>
      <title>{`${id} · Offset gateway`}</title>
      <h1 className="order-id">
        <CopyableId id={id} name="pool id" /> {query.data && <PoolStatus of={query.data.status} />}
      </h1>
      <Read query={query}>
        {(pool) => (
          <>
            <p className="state told">
              {POOL_STATUSES[pool.status]}
              {pool.status === 'open' && (
                <>
                  . It closes <Until at={pool.closes_at} />
                </>
              )}
              .
            </p>
            <div className="order">
              <Facts pool={pool} />
              <Bought pool={pool} />
            </div>
            {pool.members > 0 && <Members pool={pool} />}
          </>
        )}
      </Read>
    </>
  );
};

const Facts = ({ pool }: { pool: Pool }) => (
  <section aria-labelledby="facts">
    <h2 id="facts">Facts</h2>
    <dl className="facts">
      <Fact name="Provider">{pool.provider}</Fact>
      <Fact name="Buys">
        <Words text={pool.offering_name} />, in steps of <Mass mass={pool.step} />
      </Fact>
      <Fact name="House">
        <Link to="/orders" search={{ tenant_id: pool.tenant_id }}>
          {pool.tenant_id}
        </Link>
      </Fact>
      <Fact name="Beneficiary">
        <Words text={pool.beneficiary} />
      </Fact>
      <Fact name="Opened">
        <Time at={pool.created_at} />
      </Fact>
      <Fact name="Closes">
        <Time at={pool.closes_at} />
      </Fact>
      {pool.sealed_at !== null && (
        <Fact name="Sealed">
          <Time at={pool.sealed_at} />
        </Fact>
      )}
      {pool.ended_at !== null && (
        <Fact name={pool.status === 'allocated' ? 'Allocated' : 'Dissolved'}>
          <Time at={pool.ended_at} />
        </Fact>
      )}
    </dl>
  </section>
);

/** What its members have ordered, what was bought for them, and what nobody has of it. */
const Bought = ({ pool: { members, mass, purchase, left } }: { pool: Pool }) => (
  <section aria-labelledby="bought">
    <h2 id="bought">Ordered and bought</h2>
    <dl className="facts">
      <Fact name="Ordered">
        {mass === null ? (
          <span className="quiet">nothing</span>
        ) : (
          <>
            <Tonnes mass={mass} /> t by {members.toLocaleString('en')} {members === 1 ? 'member' : 'members'}
          </>
        )}
      </Fact>
      <Fact name="Bought">
        {purchase === null ? (
          <span className="quiet">nothing yet</span>
        ) : (
          <>
            <Tonnes mass={purchase.mass} /> t by{' '}
            <Link to="/orders/$id" params={{ id: purchase.order_id }}>
              {purchase.order_id}
            </Link>
          </>
        )}
      </Fact>
      <Fact name="Left">
        {left === null ? (
          <span className="quiet">told once it is allocated</span>
        ) : left.mass === null ? (
          'nothing'
        ) : (
          <>
            <Tonnes mass={left.mass} /> t, <Money money={left.net} /> without tax
          </>
        )}
      </Fact>
    </dl>
  </section>
);

const massOf = ({ mass }: { mass: Of<'Mass'> }): string => tonnesOf(String(mass.grams));

const Members = ({ pool }: { pool: Pool }) => {
  const { cursor } = route.useSearch();
  const query = useQuery(membersQuery(pool, cursor));
  const currency = pool.left?.net.currency;
  const members = query.data?.data ?? [];
  const massPlaces = placesIn(members.map(massOf));
  const netPlaces = placesIn(members.map(({ net }) => net?.amount ?? ''));
  return (
    <section aria-labelledby="members">
      <h2 id="members">Members</h2>
      <Read query={query}>
        {({ data, next_cursor: next }) => (
          <>
            <RowsTable
              caption="Members"
              columns={[
                ['Order', 'id'],
                ['Status', 'status'],
                ['Ordered, t', 'number sum'],
                [currency === undefined ? 'Net' : `Net, ${currency}`, 'number sum'],
                ['Tenant'],
              ]}
              rows={data}
              nameOf={({ order_id: id }) => id}
              cells={(row) => (
                <>
                  <td className="id">
                    <Link to="/orders/$id" params={{ id: row.order_id }} data-row>
                      {row.order_id}
                    </Link>
                  </td>
                  <td>
                    <Status status={row.status} />
                  </td>
                  <FigureCell decimal={massOf(row)} places={massPlaces} />
                  {row.net === null ? <td /> : <FigureCell decimal={row.net.amount} places={netPlaces} />}
                  <td className="id">
                    <Link to="/orders" search={{ tenant_id: row.tenant_id }}>
                      {row.tenant_id}
                    </Link>
                  </td>
                </>
              )}
            />
            <Pages to="." cursor={cursor} next={next} />
          </>
        )}
      </Read>
    </section>
  );
};
