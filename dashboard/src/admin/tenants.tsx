import { useQuery } from '@tanstack/react-query';
import { Time } from '../parts/time.tsx';
import { CopyableId, WordsCell } from '../parts/values.tsx';
import { FoldedForm, TextInput, textOf } from '../parts/folded-form.tsx';
import { AdminList } from './admin-list.tsx';
import { tenantsQuery, useCreateTenant } from './admin-queries.ts';

export const Tenants = ({ cursor }: { cursor: string | undefined }) => {
  const query = useQuery(tenantsQuery({ cursor }));
  const create = useCreateTenant();
  return (
    <>
      <FoldedForm
        title="New tenant"
        verb="Make the tenant"
        create={create}
        bodyOf={(fields) => ({ name: textOf(fields, 'name') })}
      >
        <TextInput label="Whose it is" name="name" maxLength={200} required />
      </FoldedForm>
      <AdminList
        query={query}
        cursor={cursor}
        caption="Tenants"
        columns={[['Name'], ['Id', 'id-copy'], ['Made, UTC', 'time'], ['Ended, UTC', 'time']]}
        isOver={(tenant) => tenant.revoked_at !== null}
        cells={(tenant) => (
          <>
            <WordsCell text={tenant.name} />
            <td>
              <CopyableId id={tenant.id} name={`id of ${tenant.name}`} />
            </td>
            <td className="figures">
              <Time at={tenant.created_at} inColumn />
            </td>
            <td className="figures">{tenant.revoked_at && <Time at={tenant.revoked_at} inColumn />}</td>
          </>
        )}
      />
    </>
  );
};
