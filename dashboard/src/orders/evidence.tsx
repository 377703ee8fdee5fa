import { Words, wordsOf } from '../parts/values.tsx';
import type { Entry } from './case-queries.ts';
import { DifferenceTable } from './differences.tsx';

type Evidence = Entry['evidence'];

/** What was seen or done, field by field; differences side by side. */
export const Evidence = ({ evidence }: { evidence: Evidence }) => (
  <>
    {Object.entries(evidence).map(([field, value]) => (
      <div key={field}>
        <dt>{wordsOf(field)}</dt>
        <dd>
          {field === 'disagreements' ? <DifferenceTable of={evidence.disagreements ?? []} /> : <Value value={value} />}
        </dd>
      </div>
    ))}
  </>
);

const Value = ({ value }: { value: unknown }) => {
  if (Array.isArray(value)) return <Words text={value.map(String).join(', ')} />;
  if (typeof value === 'object' && value !== null)
    return (
      <Words
        text={Object.entries(value)
          .filter(([, part]) => part !== null)
          .map(([name, part]) => `${wordsOf(name)} ${String(part)}`)
          .join(', ')}
      />
    );
  return <Words text={String(value)} />;
};
