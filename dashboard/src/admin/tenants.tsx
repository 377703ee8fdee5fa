import { useQuery } from '@tanstack/react-query';
import { Pages, Read } from '../parts/list-state.tsx';
import { Time } from '../parts/time.tsx';
import { CopyableId, WordsCell } from '../parts/values.tsx';
import { AdminForm, TextInput, textOf } from './admin-form.tsx';
import { tenantsQuery, useCreateTenant } from './admin-queries.ts';

export const Tenants = ({ cursor }: { cursor: string | undefined }) => {
  const query = useQuery(tenantsQuery({ cursor }));
  const create = useCreateTenant();
  return (
    <>
      <AdminForm
        title="New tenant"
        verb="Make the tenant"
        error={create.error}
        isPending={create.isPending}
        send={(fields, idempotencyKey) => {
          const body = { name: textOf(fields, 'name') };
          return create.mutateAsync({ body, idempotencyKey });
        }}
      >
        <TextInput label="Whose it is" name="name" maxLength={200} required />
      </AdminForm>
      <Read query={query}>
        {({ data, next_cursor: next }) => (
          <>
            <table className="rows">
              <caption className="hidden">Tenants</caption>
              <thead>
                <tr>
                  <th>Name</th>
                  <th className="id-copy">Id</th>
                  <th className="time">Made, UTC</th>
                  <th className="time">Ended, UTC</th>
                </tr>
              </thead>
              <tbody>
                {data.map((tenant) => (
                  <tr key={tenant.id} className={tenant.revoked_at === null ? undefined : 'gone'}>
                    <WordsCell text={tenant.name} />
                    <td>
                      <CopyableId id={tenant.id} name={`id of ${tenant.name}`} />
                    </td>
                    <td className="figures">
                      <Time at={tenant.created_at} inColumn />
                    </td>
                    <td className="figures">{tenant.revoked_at && <Time at={tenant.revoked_at} inColumn />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <Pages to="/admin" cursor={cursor} next={next} />
          </>
        )}
      </Read>
    </>
  );
};
