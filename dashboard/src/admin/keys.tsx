import { useQuery } from '@tanstack/react-query';
import type { Of } from '../api/client.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { Pages, Read } from '../parts/list-state.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age, Time } from '../parts/time.tsx';
import { WordsCell } from '../parts/values.tsx';
import { AdminForm, TextInput, textOf } from './admin-form.tsx';
import { keysQuery, useCreateKey, useRevokeKey } from './admin-queries.ts';
import { NewSecret } from './new-secret.tsx';

type Scope = Of<'CreateKeyRequest'>['scopes'][number];

/** What a shop needs comes first. */
const SCOPES: readonly Scope[] = [
  'orders:write',
  'orders:read',
  'quotes:write',
  'events:read',
  'webhooks:manage',
  'finance:read',
  'finance:write',
  'ops',
  'ops:act',
  'ops:admin',
];

export const Keys = ({ cursor }: { cursor: string | undefined }) => {
  const query = useQuery(keysQuery({ cursor }));
  const revoke = useRevokeKey();
  return (
    <>
      <NewKey />
      <ProblemBox error={revoke.error} />
      <Read query={query}>
        {({ data, next_cursor: next }) => (
          <>
            <table className="rows">
              <caption className="hidden">Keys</caption>
              <thead>
                <tr>
                  <th className="key">Key</th>
                  <th className="text">For</th>
                  <th className="tenant">Whose</th>
                  <th>Opens</th>
                  <th className="number age">Last used</th>
                  <th className="time">Good until, UTC</th>
                  <th className="end">End</th>
                </tr>
              </thead>
              <tbody>
                {data.map((key) => (
                  <tr key={key.id} className={key.revoked_at === null ? undefined : 'gone'}>
                    <td className="id">{key.id}</td>
                    <WordsCell text={key.name} />
                    <WordsCell text={key.operator?.name ?? key.tenant.name} />
                    <td className="written">{key.operator ? 'what their role does' : key.scopes.join(', ')}</td>
                    <td className="number">{key.last_used_at === null ? 'never' : <Age since={key.last_used_at} />}</td>
                    <td className="figures">{key.expires_at && <Time at={key.expires_at} inColumn />}</td>
                    <td>
                      {key.revoked_at === null ? (
                        <ConfirmButton
                          label="End"
                          confirm="End it for good"
                          disabled={revoke.isPending}
                          act={() => revoke.mutate(key.id)}
                        />
                      ) : (
                        'ended'
                      )}
                    </td>
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

const NewKey = () => {
  const create = useCreateKey();
  return (
    <>
      <AdminForm
        title="New key"
        verb="Make the key"
        error={create.error}
        isPending={create.isPending}
        send={(fields, idempotencyKey) => {
          const until = textOf(fields, 'expires_on');
          const body = {
            tenant_id: textOf(fields, 'tenant_id'),
            name: textOf(fields, 'name'),
            scopes: SCOPES.filter((scope) => fields.getAll('scopes').includes(scope)),
            ...(until !== '' && { expires_at: `${until}T00:00:00Z` }),
          };
          return create.mutateAsync({ body, idempotencyKey });
        }}
      >
        <TextInput label="Id of the tenant" name="tenant_id" required />
        <TextInput label="What it is for" name="name" maxLength={200} required />
        <label>
          <span>Good until (UTC), if it is to end by itself</span>
          <input name="expires_on" type="date" />
        </label>
        <fieldset>
          <legend>What it opens; with any of ops a second admin has to approve it</legend>
          {SCOPES.map((scope) => (
            <label key={scope} className="inline">
              <input type="checkbox" name="scopes" value={scope} /> {scope}
            </label>
          ))}
        </fieldset>
      </AdminForm>
      {create.data && <NewSecret made={create.data} />}
    </>
  );
};
