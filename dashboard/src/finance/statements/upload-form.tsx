import { Link, useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { Refused, type QueryOf } from '../../api/client.ts';
import { ChoiceInput, FoldedForm, TextInput, textOf } from '../../parts/folded-form.tsx';
import { CURRENCIES, STATEMENT_DOCUMENTS, STATEMENT_MAPPINGS } from '../../words.ts';
import { useUpload, type Upload } from './statement-queries.ts';

const AMOUNT = '-?[0-9]{1,12}([.][0-9]{1,6})?';
const NOT_AN_AMOUNT = 'An amount such as 1250.00, with a point and without thousands apart';

/** What a person reads off the document stands beside the file, so that one that was cut or mixed up does not pass. */
export const UploadForm = ({ providers }: { providers: readonly string[] }) => {
  const navigate = useNavigate();
  const upload = useUpload();
  const hint = useId();
  const [provider, setProvider] = useState('');
  const mappings = STATEMENT_MAPPINGS[provider] ?? [];
  const taken = upload.error instanceof Refused ? upload.error.problem.statement_id : undefined;
  const create = {
    ...upload,
    mutateAsync: async (wanted: Parameters<typeof upload.mutateAsync>[0]) => {
      const { id } = await upload.mutateAsync(wanted);
      await navigate({ to: '/finance/statements/$id', params: { id } });
    },
  };
  return (
    <FoldedForm title="Upload a statement" verb="Upload and check" create={create} bodyOf={uploadFrom}>
      <label>
        <span>File, CSV</span>
        <input
          type="file"
          name="file"
          accept=".csv,text/csv"
          required
          aria-describedby={hint}
          // A browser does not tell that a file was chosen again that has been corrected meanwhile.
          onClick={({ currentTarget }) => (currentTarget.value = '')}
        />
        <small id={hint} className="quiet">
          At most 256 MiB. It is taken in whole or not at all, and counts for nothing before it is accepted.
        </small>
      </label>
      <div className="columns">
        <ChoiceInput label="Provider" name="provider" words={providers} choose={setProvider} />
        <ChoiceInput label="Document" name="document" words={STATEMENT_DOCUMENTS} />
        <ChoiceInput key={provider} label="Format of the file" name="mapping" words={mappings} />
        <TextInput label="The provider’s number of it" name="number" maxLength={100} required />
        <TextInput label="Its date" name="issued_on" type="date" required />
        <ChoiceInput label="Currency" name="currency" words={CURRENCIES} />
        <TextInput label="First day it is about, if it says" name="covers_from" type="date" />
        <TextInput label="Last day it is about, if it says" name="covers_to" type="date" />
        <TextInput
          label="Lines, without the first"
          name="declared_lines"
          inputMode="numeric"
          pattern="[1-9][0-9]{0,6}"
          title="A whole number from 1 on"
          required
        />
        <TextInput
          label="Total without tax"
          name="declared_net"
          inputMode="decimal"
          pattern={AMOUNT}
          title={NOT_AN_AMOUNT}
          required
        />
        <TextInput
          label="Tax; 0.00 for none"
          name="declared_tax"
          inputMode="decimal"
          pattern={AMOUNT}
          title={NOT_AN_AMOUNT}
          required
        />
      </div>
      <p role="status" className="quiet">
        {upload.isPending && 'It is being sent, and every line is checked…'}
        {taken !== undefined && (
          <>
            See{' '}
            <Link to="/finance/statements/$id" params={{ id: taken }}>
              the statement
            </Link>{' '}
            that this is about.
          </>
        )}
      </p>
    </FoldedForm>
  );
};

/** What the file is; days that it does not say are left out. */
const uploadFrom = (fields: FormData): Upload => {
  const told = [...fields.keys()].filter((name) => name !== 'file' && textOf(fields, name) !== '');
  const header = Object.fromEntries(told.map((name) => [name, textOf(fields, name)]));
  return { file: fields.get('file') as File, header: header as unknown as QueryOf<'uploadStatement'> };
};
