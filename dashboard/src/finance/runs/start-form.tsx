import { useNavigate } from '@tanstack/react-router';
import { ChoiceInput, FoldedForm, TextInput, textOf } from '../../parts/folded-form.tsx';
import { useStart } from './run-queries.ts';

/** Workers do it: the page of the run says how far they are. */
export const StartForm = ({ providers, periods }: { providers: readonly string[]; periods: readonly string[] }) => {
  const navigate = useNavigate();
  const start = useStart();
  const create = {
    ...start,
    mutateAsync: async (wanted: Parameters<typeof start.mutateAsync>[0]) => {
      const { id } = await start.mutateAsync(wanted);
      await navigate({ to: '/finance/runs/$id', params: { id } });
    },
  };
  return (
    <FoldedForm
      title="Start a run"
      verb="Start"
      create={create}
      bodyOf={(fields) => ({
        provider: textOf(fields, 'provider'),
        period: textOf(fields, 'period'),
        dry_run: fields.has('dry_run'),
        fresh: fields.has('fresh'),
        ...(textOf(fields, 'cut_off') !== '' && { cut_off: `${textOf(fields, 'cut_off')}T00:00:00Z` }),
        ...(textOf(fields, 'account') !== '' && { account: textOf(fields, 'account') }),
      })}
    >
      <div className="columns">
        <ChoiceInput label="Provider" name="provider" words={providers} />
        <ChoiceInput label="Month" name="period" words={periods} />
        <TextInput label="Before this day, UTC; empty: all" name="cut_off" type="date" />
        <TextInput label="A tenant’s own account, if any" name="account" maxLength={200} />
      </div>
      <label className="inline">
        <input type="checkbox" name="dry_run" /> Dry run: only find, and leave every break as it is
      </label>
      <label className="inline">
        <input type="checkbox" name="fresh" /> Read the provider’s list anew, though it was read minutes ago
      </label>
    </FoldedForm>
  );
};
