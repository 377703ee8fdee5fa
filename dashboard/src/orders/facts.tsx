import { Link } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { Fact } from '../parts/fact.tsx';
import { Time } from '../parts/time.tsx';
import { CopyableId, Mass, Money, wordsOf, Words } from '../parts/values.tsx';
import type { Case } from './case-queries.ts';

/** What was ordered, from whom and for whom, and what became of it. */
export const Facts = ({ found: { order, tenant, provider_links: links } }: { found: Case }) => (
  <section aria-labelledby="facts">
    <h2 id="facts">Facts</h2>
    <dl className="facts">
      <Fact name="Tenant">
        <Link to="/orders" search={{ tenant_id: tenant.id }}>
          <Words text={tenant.name} />
        </Link>{' '}
        <code className="quiet">{tenant.id}</code>
      </Fact>
      <Fact name="Reference">
        {order.reference === null ? <None /> : <CopyableId id={order.reference} name="reference" />}
      </Fact>
      <Fact name="Provider">
        {order.provider}
        {order.provider_status !== null && <span className="quiet"> says “{order.provider_status}”</span>}
      </Fact>
      <Fact name="Its order">
        {order.provider_order_id === null ? <None /> : <CopyableId id={order.provider_order_id} name="provider’s id" />}
      </Fact>
      {links.map(({ url }) => (
        <Fact key={url} name="At the provider">
          <Outside url={url} />
        </Fact>
      ))}
      <Fact name="Offering">
        <Words text={order.offering.name} />
      </Fact>
      <Fact name="Mass">
        <Mass mass={order.ordered_mass} />
        {order.over_delivery && (
          <span className="quiet">
            {' '}
            ({order.over_delivery.value} {order.over_delivery.unit} more than asked)
          </span>
        )}
      </Fact>
      {order.pool && (
        <Fact name="Pool">
          <PoolLink id={order.pool.id} />
          <span className="quiet"> {order.pool.status}</span>
        </Fact>
      )}
      <Fact name="Price">
        <Money money={order.price?.total ?? null} />
        {order.price && <span className="quiet"> {order.price.source}</span>}
      </Fact>
      <Fact name="Payment">{wordsOf(order.payment_method)}</Fact>
      <Fact name="Beneficiary">
        <Words text={order.beneficiary.name} />
      </Fact>
      {order.retirement_message !== null && (
        <Fact name="Message">
          <Words text={order.retirement_message} />
        </Fact>
      )}
      <Fact name="Created">
        <Time at={order.created_at} />
      </Fact>
      {order.placed_at !== null && (
        <Fact name="Placed">
          <Time at={order.placed_at} />
        </Fact>
      )}
      {order.retired_at !== null && (
        <Fact name="Retired">
          <Time at={order.retired_at} />
        </Fact>
      )}
      {order.completed_at !== null && (
        <Fact name="Completed">
          <Time at={order.completed_at} />
        </Fact>
      )}
      <Fact name="Version">{order.version}</Fact>
      {order.certificate && (
        <Fact name="Certificate">
          <Outside url={order.certificate.url} />
        </Fact>
      )}
      {order.retirements.map((retirement, at) => (
        // Retirements have no id, and none is ever taken out.
        <Fact key={at} name="Retirement">
          {retirement.mass && <Mass mass={retirement.mass} />}{' '}
          {[retirement.project, retirement.registry, retirement.vintage].filter((part) => part !== null).join(', ')}{' '}
          {retirement.serial_number_range !== null && <code>{retirement.serial_number_range}</code>}{' '}
          {retirement.url !== null && <Outside url={retirement.url} />}
        </Fact>
      ))}
    </dl>
  </section>
);

/** For who may read it. */
const PoolLink = ({ id }: { id: string }) =>
  useMay('finance:read') ? (
    <Link to="/finance/pools/$id" params={{ id }}>
      {id}
    </Link>
  ) : (
    <code>{id}</code>
  );

const None = () => <span className="quiet">none</span>;

/** Of a provider: only what leads to a page may be followed. */
const Outside = ({ url }: { url: string }) =>
  /^https?:\/\//i.test(url) ? (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {url}
    </a>
  ) : (
    <code>{url}</code>
  );
