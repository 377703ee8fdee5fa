import { wordsOf } from '../../parts/values.tsx';

const MEANS: Readonly<Record<string, string>> = {
  blocking: 'the month is not closed with it',
  warning: 'a person should look',
  info: 'it is said, and no more',
};

export const Severity = ({ of }: { of: string }) => (
  <span className={`badge ${of}`} title={MEANS[of]}>
    {of}
  </span>
);

export const BreakStatus = ({ of }: { of: string }) => <span className={`badge ${of}`}>{wordsOf(of)}</span>;
