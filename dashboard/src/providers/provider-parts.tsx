import { Link } from '@tanstack/react-router';
import { Age, durationOf, Until } from '../parts/time.tsx';
import { wordsOf } from '../parts/values.tsx';
import type { OperationClass, ProviderState } from './provider-queries.ts';

export const CLASS_WORDS: Readonly<Record<OperationClass, string>> = {
  purchases: 'Purchases',
  status: 'Reads of orders',
  catalog: 'Reads of offers',
};

/** How a class of calls stands, in a sentence. */
export const ClassState = ({ of }: { of: ProviderState['classes'][number] }) => {
  const { state, failures, why, since, probe_at: probeAt } = of;
  if (state === 'ok') return <>nothing stops them</>;
  if (state === 'switched_off')
    return (
      <strong className="reason">
        switched off by a person: <Link to="/switches">Switches</Link>
      </strong>
    );
  if (state === 'failing')
    return (
      <strong className="reason">
        {failures === 1 ? 'the last one' : `the last ${failures}`} had no response; after a few more they pause
      </strong>
    );
  return (
    <strong className="reason">
      paused{why && `: ${wordsOf(why)}`}
      {since && (
        <>
          , for <Age since={since} />
        </>
      )}
      {probeAt && (
        <>
          , asked again <Until at={probeAt} />
        </>
      )}
    </strong>
  );
};

export const Classes = ({ of: { classes } }: { of: ProviderState }) => (
  <dl className="facts">
    {classes.map((each) => (
      <div key={each.class}>
        <dt>{CLASS_WORDS[each.class]}</dt>
        <dd>
          <ClassState of={each} />
        </dd>
      </div>
    ))}
  </dl>
);

export const Quotas = ({ of: { quota } }: { of: ProviderState }) => (
  <>
    {quota.length === 0 && <p className="quiet">None is known.</p>}
    <ul className="quotas">
      {quota.map((each) => (
        <li key={each.limit}>
          <span>{limitOf(each.limit)}</span>
          <meter min={0} max={100} low={10} value={each.percent_left} aria-label={`Left of ${limitOf(each.limit)}`} />
          <span className="number">{each.percent_left} % left</span>
          <span className="number">at {each.pace_percent} % pace</span>
          <span>
            {each.blocked_until !== null && (
              <>
                blocked, free <Until at={each.blocked_until} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  </>
);

/** `all/60000` as people say it. */
const limitOf = (limit: string): string => {
  const [counts = '', ms = ''] = limit.split('/');
  return `${counts === 'all' ? 'calls' : counts} in ${durationOf(Number(ms))}`;
};
