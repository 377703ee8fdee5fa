import {
  decided,
  headerOf,
  jsonResponse,
  jsonObjectFrom,
  type SimulatedResponse,
  type Call,
  type Decision,
} from '../http-messages.js';
import type { Ledger } from '../ledger.js';
import { randomAlphanumeric } from '../random-id.js';
import type { Table } from '../table.js';
import { forbidden, invalidParameters, invalidSubaccount, notFound } from './cnaught-problems.js';
import { toWireSubaccount, type SubaccountRow } from './cnaught-rows.js';
import { FieldReader } from './field-reader.js';

/** The subaccount a call acts for: a row, null for the main account, or why it may not. */
export type ActingSubaccount = { readonly row: SubaccountRow | null } | { readonly refusal: SimulatedResponse };

export class Subaccounts {
  private readonly rows: Table<SubaccountRow>;

  constructor(
    private readonly ledger: Ledger,
    private readonly nowMs: () => number,
    private readonly isEnabled: () => boolean,
  ) {
    this.rows = this.ledger.table<SubaccountRow>('subaccounts');
  }

  of(call: Call): ActingSubaccount {
    const id = headerOf(call, 'x-subaccount-id');
    if (id === null) return { row: null };
    if (!this.isEnabled()) return { refusal: notAllowed() };
    const row = this.rows.get(id);
    return row ? { row } : { refusal: invalidSubaccount() };
  }

  create(call: Call): Decision {
    if (!this.isEnabled()) return decided(notAllowed());
    const fields = new FieldReader(jsonObjectFrom(call.body));
    const row: SubaccountRow = {
      id: randomAlphanumeric(10),
      name: fields.requiredText('name', 512),
      email: fields.optionalText('email', 512),
      defaultPortfolioId: fields.optionalText('default_portfolio_id', 512),
      logoUrl: fields.optionalText('logo_url', 2048),
      createdAtMs: this.nowMs(),
    };
    if (fields.errors !== null) return decided(invalidParameters(fields.errors));
    const effect = { kind: 'subaccount_created', id: row.id, changes: [this.rows.put(row.id, row)] };
    return decided(jsonResponse(201, toWireSubaccount(row)), effect);
  }

  list(): Decision {
    if (!this.isEnabled()) return decided(notAllowed());
    return decided(jsonResponse(200, { data: this.rows.all().reverse().map(toWireSubaccount) }));
  }

  read(id: string): Decision {
    if (!this.isEnabled()) return decided(notAllowed());
    const row = this.rows.get(id);
    return decided(row ? jsonResponse(200, toWireSubaccount(row)) : notFound('subaccount'));
  }
}

const notAllowed = (): SimulatedResponse => forbidden('User is not allowed to use subaccounts.');
