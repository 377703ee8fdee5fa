import { useQuery } from '@tanstack/react-query';
import type { Of } from '../api/client.ts';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age, Time } from '../parts/time.tsx';
import { WordsCell } from '../parts/values.tsx';
import { FoldedForm, TextInput, textOf } from '../parts/folded-form.tsx';
import { AdminList, EndCell } from './admin-list.tsx';
import { operatorsQuery, useCreateOperator, useDisableOperator } from './admin-queries.ts';
import { NewSecret } from './new-secret.tsx';

type Role = Of<'CreateOperatorRequest'>['role'];

const ROLES: Readonly<Record<Role, string>> = {
  viewer: 'viewer: reads everything',
  operator: 'operator: acts, and proposes decisions',
  approver: 'approver: decides on what others have proposed',
  admin: 'admin: has tenants, keys and operators in hand',
};

export const Operators = ({ cursor }: { cursor: string | undefined }) => {
  const query = useQuery(operatorsQuery({ cursor }));
  const disable = useDisableOperator();
  return (
    <>
      <NewOperator />
      <ProblemBox error={disable.error} />
      <AdminList
        query={query}
        cursor={cursor}
        caption="Operators"
        columns={[
          ['Name'],
          ['Email address'],
          ['Role', 'role'],
          ['Signs in'],
          ['Last seen', 'number age'],
          ['Since, UTC', 'time'],
          ['Access', 'end'],
        ]}
        isOver={(operator) => operator.disabled_at !== null}
        cells={(operator) => (
          <>
            <WordsCell text={operator.name} />
            <WordsCell text={operator.email} />
            <td>{operator.role}</td>
            <WordsCell text={operator.issuer ?? 'with a key'} />
            <td className="number">
              {operator.last_seen_at === null ? 'never' : <Age since={operator.last_seen_at} />}
            </td>
            <td className="figures">
              <Time at={operator.created_at} inColumn />
            </td>
            <EndCell
              isOver={operator.disabled_at !== null}
              over="disabled"
              label="Disable"
              confirm="Disable for good"
              disabled={disable.isPending}
              act={() => disable.mutate(operator.id)}
            />
          </>
        )}
      />
    </>
  );
};

const NewOperator = () => {
  const create = useCreateOperator();
  return (
    <>
      <FoldedForm
        title="New operator"
        verb="Ask for them"
        create={create}
        bodyOf={(fields) => ({
          name: textOf(fields, 'name'),
          email: textOf(fields, 'email'),
          role: textOf(fields, 'role') as Role,
        })}
      >
        <TextInput label="Their name" name="name" maxLength={100} required />
        <TextInput
          label="Their email address: one person is one operator, for good"
          name="email"
          type="email"
          required
        />
        <label>
          <span>What they may do</span>
          <select name="role" defaultValue="viewer">
            {Object.entries(ROLES).map(([role, means]) => (
              <option key={role} value={role}>
                {means}
              </option>
            ))}
          </select>
        </label>
        <p className="quiet">They are one once a second admin has approved it.</p>
      </FoldedForm>
      {create.data && <NewSecret made={create.data} />}
    </>
  );
};
