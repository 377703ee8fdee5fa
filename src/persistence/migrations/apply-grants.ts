import type pg from 'pg';
import { withConnection } from '../database/with-connection.js';
import { APPLICATION_ROLE, FUNCTIONS, SEQUENCES, TABLES, type TableGrants } from './grants.js';
import { MIGRATION_LOCK, unknownMigrations } from './migrate.js';

/** One line for whoever runs the migrations, where the owner may not do all of it. */
const ROLE_IS_MISSING = `The role ${APPLICATION_ROLE} is missing, and the role that migrates may not create it: run CREATE ROLE ${APPLICATION_ROLE} NOLOGIN as an administrator, then migrate again.`;

/**
 * Gives the application's role exactly what `grants.ts` says. Writes nothing where that is so already, where the role
 * that connects is not the owner of the tables, on a server that takes no writes, and where a newer release has migrated
 * the database. Processes that start together wait for each other.
 * @returns what the operator has to do first; null for nothing.
 */
export const applyGrants = (databaseUrl: string): Promise<string | null> =>
  withConnection(databaseUrl, async (client) => {
    const [state] = (await client.query<State>(STATE, [APPLICATION_ROLE])).rows;
    if (!state?.owns || !state.is_writable) return null;
    if ((await unknownMigrations(async (sql) => (await client.query(sql)).rows)).length > 0) return null;
    if (!state.has_role && !(await createRole(client))) return ROLE_IS_MISSING;
    const { excess, missing } = await compare(client);
    if (excess.length + missing.length === 0) return null;
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query((await compare(client)).excess.join(';'));
    // Only now, because what is taken from a table is taken from its columns, too.
    await client.query((await compare(client)).missing.join(';'));
    await client.query('COMMIT');
    return null;
  });

interface State {
  readonly owns: boolean | null;
  readonly is_writable: boolean;
  readonly has_role: boolean;
}

const STATE = `
  SELECT (SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass('orders')) AS owns,
         current_setting('transaction_read_only') = 'off' AS is_writable,
         EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS has_role`;

/** Roles are the server's, not the database's: another database's gateway may have made it. @returns false if it may not. */
const createRole = (client: pg.Client): Promise<boolean> =>
  client.query(`CREATE ROLE ${APPLICATION_ROLE} NOLOGIN`).then(
    () => true,
    (thrown: { code?: string }) => {
      if (thrown.code === '42501') return false;
      if (thrown.code === '42710' || thrown.code === '23505') return true;
      throw thrown;
    },
  );

/** Statements that take away what is not wanted, and that give what is missing. */
const compare = async (client: pg.Client): Promise<{ excess: string[]; missing: string[] }> => {
  const { rows: held } = await client.query<Held>(HELD, [APPLICATION_ROLE]);
  const [here] = (await client.query<Here>(HERE, [FUNCTIONS])).rows;
  if (!here) throw new Error('the server did not say which functions there are');
  const wanted = wantedGrants(here);
  const isWanted = ({ grantee, grant }: Held): boolean => grantee === APPLICATION_ROLE && wanted.has(grant);
  const granted = new Set(held.filter(isWanted).map(({ grant }) => grant));
  return {
    excess: held.filter((one) => !isWanted(one)).map(({ grantee, grant }) => `REVOKE ${grant} FROM ${grantee}`),
    missing: [...wanted].filter((grant) => !granted.has(grant)).map((grant) => `GRANT ${grant} TO ${APPLICATION_ROLE}`),
  };
};

/** A privilege as it stands between GRANT and TO. */
interface Held {
  readonly grantee: string;
  readonly grant: string;
}

/**
 * What the application's role holds in the schema, and of what PostgreSQL gives to everybody, that which nobody needs
 * here: calling functions, and making tables, temporary ones included. Only of objects that are ours to grant, and none
 * that came with an extension.
 */
const HELD = `
  WITH held (owner, object, column_name, acl) AS (
    SELECT d.datdba, 'DATABASE ' || quote_ident(d.datname), NULL, COALESCE(d.datacl, acldefault('d', d.datdba))
      FROM pg_database d WHERE d.datname = current_database()
    UNION ALL
    SELECT n.nspowner, 'SCHEMA ' || quote_ident(n.nspname), NULL, COALESCE(n.nspacl, acldefault('n', n.nspowner))
      FROM pg_namespace n WHERE n.nspname = current_schema()
    UNION ALL
    SELECT c.relowner, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass, NULL, c.relacl
      FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p', 'S', 'v')
    UNION ALL
    SELECT c.relowner, 'TABLE ' || c.oid::regclass, quote_ident(a.attname), a.attacl
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p', 'v') AND a.attacl IS NOT NULL
    UNION ALL
    SELECT p.proowner, 'FUNCTION ' || p.oid::regprocedure, NULL, COALESCE(p.proacl, acldefault('f', p.proowner))
      FROM pg_proc p WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema())) AND p.prokind = 'f'
        AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e'))
  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE $1 END AS grantee,
         a.privilege_type || COALESCE(' (' || h.column_name || ')', '') || ' ON ' || h.object AS grant
  FROM held h, aclexplode(h.acl) a
  WHERE pg_has_role(h.owner, 'USAGE')
    AND (a.grantee = 0 AND a.privilege_type IN ('CREATE', 'TEMPORARY', 'EXECUTE')
         OR a.grantee = (SELECT r.oid FROM pg_roles r WHERE r.rolname = $1) AND h.object NOT LIKE 'DATABASE %')`;

interface Here {
  /** Null if it is another's, as `public` is before PostgreSQL 15: everybody may use it. */
  readonly schema: string | null;
  readonly functions: readonly string[];
}

const HERE = `
  SELECT (SELECT quote_ident(n.nspname) FROM pg_namespace n
          WHERE n.nspname = current_schema() AND pg_has_role(n.nspowner, 'USAGE')) AS schema,
         ARRAY(SELECT p.oid::regprocedure::text FROM pg_proc p
               WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema())) AND p.proname = ANY ($1)) AS functions`;

const wantedGrants = ({ schema, functions }: Here): ReadonlySet<string> =>
  new Set([
    ...(schema === null ? [] : [`USAGE ON SCHEMA ${schema}`]),
    ...Object.entries(TABLES).flatMap(([table, grants]) => tableGrants(table, grants)),
    ...SEQUENCES.map((sequence) => `USAGE ON SEQUENCE ${sequence}`),
    ...functions.map((signature) => `EXECUTE ON FUNCTION ${signature}`),
  ]);

const tableGrants = (table: string, { insert, update, delete: isDeleted }: TableGrants): string[] => [
  `SELECT ON TABLE ${table}`,
  ...columnGrants('INSERT', insert, table),
  ...columnGrants('UPDATE', update, table),
  ...(isDeleted ? [`DELETE ON TABLE ${table}`] : []),
];

const columnGrants = (privilege: string, columns: TableGrants['update'], table: string): string[] => {
  if (columns === undefined) return [];
  if (columns === 'all') return [`${privilege} ON TABLE ${table}`];
  return columns.map((column) => `${privilege} (${column}) ON TABLE ${table}`);
};
