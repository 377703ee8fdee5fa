import type { PipeTransform } from '@nestjs/common';
import { AppError, type ErrorCode } from '../../domain/errors.js';
import {
  ADMISSION_ID,
  BREAK_ID,
  DELIVERY_ID,
  ENDPOINT_ID,
  KEY_ID,
  OFFERING_ID,
  OPERATOR_ID,
  ORDER_ID,
  POOL_ID,
  PROOF_ID,
  PROVIDER_ID,
  QUOTE_ID,
  RESOLUTION_ID,
  RUN_ID,
  SESSION_ID,
  STATEMENT_ID,
  SWITCH_ID,
  TENANT_ID,
} from './id-patterns.js';

/** Responds to a malformed id as to an unknown one, without a database query. */
class IdPipe implements PipeTransform<string, string> {
  constructor(
    private readonly form: RegExp,
    private readonly code: ErrorCode,
    private readonly thing: string,
  ) {}

  transform(id: string): string {
    if (this.form.test(id)) return id;
    throw new AppError(this.code, `There is no such ${this.thing}.`);
  }
}

export const ORDER_ID_PIPE = new IdPipe(ORDER_ID, 'order_not_found', 'order');
export const QUOTE_ID_PIPE = new IdPipe(QUOTE_ID, 'quote_not_found', 'quote');
export const OFFERING_ID_PIPE = new IdPipe(OFFERING_ID, 'offering_not_found', 'offering');
export const ENDPOINT_ID_PIPE = new IdPipe(ENDPOINT_ID, 'webhook_endpoint_not_found', 'webhook endpoint');
export const RESOLUTION_ID_PIPE = new IdPipe(RESOLUTION_ID, 'resolution_not_found', 'resolution');
export const SWITCH_ID_PIPE = new IdPipe(SWITCH_ID, 'switch_not_found', 'switch');
export const POOL_ID_PIPE = new IdPipe(POOL_ID, 'pool_not_found', 'pool');
export const PROOF_ID_PIPE = new IdPipe(PROOF_ID, 'proof_not_found', 'proof');
export const TENANT_ID_PIPE = new IdPipe(TENANT_ID, 'tenant_not_found', 'tenant');
export const KEY_ID_PIPE = new IdPipe(KEY_ID, 'key_not_found', 'key');
export const OPERATOR_ID_PIPE = new IdPipe(OPERATOR_ID, 'operator_not_found', 'operator');
export const SESSION_ID_PIPE = new IdPipe(SESSION_ID, 'session_not_found', 'session');
export const ADMISSION_ID_PIPE = new IdPipe(ADMISSION_ID, 'admission_not_found', 'admission');
export const DELIVERY_ID_PIPE = new IdPipe(DELIVERY_ID, 'webhook_delivery_not_found', 'webhook delivery');
export const PROVIDER_ID_PIPE = new IdPipe(PROVIDER_ID, 'provider_not_enabled', 'provider');
export const STATEMENT_ID_PIPE = new IdPipe(STATEMENT_ID, 'statement_not_found', 'statement');
export const RUN_ID_PIPE = new IdPipe(RUN_ID, 'reconciliation_not_found', 'run');
export const BREAK_ID_PIPE = new IdPipe(BREAK_ID, 'break_not_found', 'break');
