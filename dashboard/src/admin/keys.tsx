import { useQuery } from '@tanstack/react-query';
import type { Of } from '../api/client.ts';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age, Time } from '../parts/time.tsx';
import { WordsCell } from '../parts/values.tsx';
import { FoldedForm, TextInput, textOf } from '../parts/folded-form.tsx';
import { AdminList, EndCell } from './admin-list.tsx';
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
      <AdminList
        query={query}
        cursor={cursor}
        caption="Keys"
        columns={[
          ['Key', 'key'],
          ['For', 'text'],
          ['Whose', 'tenant'],
          ['Opens'],
          ['Last used', 'number age'],
          ['Good until, UTC', 'time'],
          ['End', 'end'],
        ]}
        isOver={(key) => key.revoked_at !== null}
        cells={(key) => (
          <>
            <td className="id">{key.id}</td>
            <WordsCell text={key.name} />
            <WordsCell text={key.operator?.name ?? key.tenant.name} />
            <td className="written">{key.operator ? 'what their role does' : key.scopes.join(', ')}</td>
            <td className="number">{key.last_used_at === null ? 'never' : <Age since={key.last_used_at} />}</td>
            <td className="figures">{key.expires_at && <Time at={key.expires_at} inColumn />}</td>
            <EndCell
              isOver={key.revoked_at !== null}
              over="ended"
              label="End"
              confirm="End it for good"
              disabled={revoke.isPending}
              act={() => revoke.mutate(key.id)}
            />
          </>
        )}
      />
    </>
  );
};

const NewKey = () => {
  const create = useCreateKey();
  return (
    <>
      <FoldedForm
        title="New key"
        verb="Make the key"
        create={create}
        bodyOf={(fields) => {
          const until = textOf(fields, 'expires_on');
          return {
            tenant_id: textOf(fields, 'tenant_id'),
            name: textOf(fields, 'name'),
            scopes: SCOPES.filter((scope) => fields.getAll('scopes').includes(scope)),
            ...(until !== '' && { expires_at: `${until}T00:00:00Z` }),
          };
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
      </FoldedForm>
      {create.data && <NewSecret made={create.data} />}
    </>
  );
};
