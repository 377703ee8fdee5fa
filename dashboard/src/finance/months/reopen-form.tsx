import { FoldedForm, TextInput, textOf } from '../../parts/folded-form.tsx';
import { useReopen } from './month-queries.ts';

/** What the closing has kept stays to be read; the next one is another version. */
export const ReopenForm = ({ period }: { period: string }) => (
  <FoldedForm
    title="Reopen it"
    verb={`Reopen ${period}`}
    create={useReopen(period)}
    bodyOf={(fields) => ({ note: textOf(fields, 'note') })}
  >
    <p className="quiet">
      Only the latest closed month, and within twelve months of its end. Its exports stay as they are; the next closing
      is another version.
    </p>
    <TextInput label="Why; it names nobody" name="note" maxLength={500} required />
  </FoldedForm>
);
