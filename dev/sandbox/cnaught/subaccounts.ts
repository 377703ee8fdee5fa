import {
  decided,
  headerOf,
  jsonResponse,
  jsonObjectFrom,
  type SimulatedResponse,
  type Call,
  type Decision,
} from '../http-messages.js';
import type { Effect, Ledger } from '../ledger.js';
import { randomAlphanumeric } from '../random-id.js';
import type { Table } from '../table.js';
import type { CnaughtCatalog } from './cnaught-catalog.js';
import { forbidden, invalidParameters, invalidSubaccount, notFound } from './cnaught-problems.js';
import { toWireSubaccount, type SubaccountRow } from './cnaught-rows.js';
import { FieldReader } from './field-reader.js';
import { pageOf } from './list-pages.js';

/** The subaccount a call acts for: a row, null for the main account, or why it may not. */
export type ActingSubaccount = { readonly row: SubaccountRow | null } | { readonly refusal: SimulatedResponse };

export interface SubaccountsContext {
  readonly ledger: Ledger;
  readonly catalog: CnaughtCatalog;
  nowMs(): number;
  isEnabled(): boolean;
  hasOrders(id: string): boolean;
}

/** What a request says of a subaccount: a replacement knows no more than this. */
type Described = Pick<SubaccountRow, 'name' | 'email' | 'defaultPortfolioId'>;

export class Subaccounts {
  private readonly rows: Table<SubaccountRow>;

  constructor(private readonly context: SubaccountsContext) {
    this.rows = context.ledger.table<SubaccountRow>('subaccounts');
  }

  of(call: Call): ActingSubaccount {
    const id = headerOf(call, 'x-subaccount-id');
    if (id === null) return { row: null };
    if (!this.context.isEnabled()) return { refusal: notAllowed() };
    const row = this.rows.get(id);
    return row ? { row } : { refusal: invalidSubaccount() };
  }

  create(call: Call): Decision {
    if (!this.context.isEnabled()) return decided(notAllowed());
    const fields = new FieldReader(jsonObjectFrom(call.body));
    const row: SubaccountRow = {
      id: randomAlphanumeric(10),
      ...this.described(fields),
      logoUrl: fields.optionalWebUrl('logo_url'),
      createdAtMs: this.context.nowMs(),
    };
    if (fields.errors !== null) return decided(invalidParameters(fields.errors));
    return decided(jsonResponse(201, toWireSubaccount(row)), this.effect('subaccount_created', row));
  }

  list(call: Call): Decision {
    if (!this.context.isEnabled()) return decided(notAllowed());
    const page = pageOf(this.rows.all().reverse(), call.query);
    return decided('refusal' in page ? page.refusal : jsonResponse(200, { data: page.rows.map(toWireSubaccount) }));
  }

  read(id: string): Decision {
    return this.decideOn(id, (row) => decided(jsonResponse(200, toWireSubaccount(row))));
  }

  /** Replaces the whole: what is left out is gone. The logo has ways of its own. */
  replace(call: Call, id: string): Decision {
    return this.decideOn(id, (row) => {
      const fields = new FieldReader(jsonObjectFrom(call.body));
      const described = this.described(fields);
      if (fields.errors !== null) return decided(invalidParameters(fields.errors));
      return this.updated({ ...row, ...described });
    });
  }

  delete(id: string): Decision {
    return this.decideOn(id, (row) => {
      if (this.context.hasOrders(row.id)) return decided(forbidden('A subaccount that has orders stays.'));
      const effect = { kind: 'subaccount_deleted', id: row.id, changes: [this.rows.remove(row.id)] };
      return decided({ status: 204, headers: {}, body: '' }, effect);
    });
  }

  setLogo(call: Call, id: string): Decision {
    return this.decideOn(id, (row) => {
      const fields = new FieldReader(jsonObjectFrom(call.body));
      if (!fields.has('logo_url')) fields.refuse('logo_url', 'The logo_url field is required.');
      const logoUrl = fields.optionalWebUrl('logo_url');
      if (fields.errors !== null) return decided(invalidParameters(fields.errors));
      return this.updated({ ...row, logoUrl });
    });
  }

  /** The body is the image itself. Nothing of it is kept. */
  uploadLogo(call: Call, id: string): Decision {
    return this.decideOn(id, (row) => {
      const isImage = /^image\/[\w.+-]+/i.test(headerOf(call, 'content-type') ?? '') && call.body !== '';
      if (!isImage) return decided(invalidParameters({ '': ['An image is required, with its content type.'] }));
      return this.updated({ ...row, logoUrl: `https://logos.example/${row.id}/${randomAlphanumeric(6)}` });
    });
  }

  removeLogo(id: string): Decision {
    return this.decideOn(id, (row) => this.updated({ ...row, logoUrl: null }));
  }

  private decideOn(id: string, decide: (row: SubaccountRow) => Decision): Decision {
    if (!this.context.isEnabled()) return decided(notAllowed());
    const row = this.rows.get(id);
    return row ? decide(row) : decided(notFound('subaccount'));
  }

  private described(fields: FieldReader): Described {
    return {
      name: fields.requiredText('name', 512),
      email: fields.optionalText('email', 512),
      defaultPortfolioId: this.context.catalog.named(fields, 'default_portfolio_id')?.id ?? null,
    };
  }

  private updated(row: SubaccountRow): Decision {
    return decided(jsonResponse(200, toWireSubaccount(row)), this.effect('subaccount_updated', row));
  }

  private effect(kind: string, row: SubaccountRow): Effect {
    return { kind, id: row.id, changes: [this.rows.put(row.id, row)] };
  }
}

const notAllowed = (): SimulatedResponse => forbidden('User is not allowed to use subaccounts.');
