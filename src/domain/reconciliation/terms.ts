import type { Capabilities } from '../providers/capabilities.js';
import type { Terms } from './legs.js';

/** Value added tax in the United Kingdom, in millionths: of providers whose statements carry tax, all are there. */
const VAT = 200_000n;

/** After so many days a proof that a provider gives by itself is missed; and one that has to be asked for. */
const PROOF_DAYS = 14;
const PROOF_ON_REQUEST_DAYS = 45;

export const termsOf = (
  provider: string,
  { settlement, evidence }: Pick<Capabilities, 'settlement' | 'evidence'>,
  coverage: Terms['coverage'],
): Terms => ({
  provider,
  coverage,
  invoiceDays: settlement.by === 'invoice' && settlement.lines !== 'none' ? settlement.invoiceDays : null,
  taxRate: settlement.taxed ? VAT : null,
  proofDays: evidence.every((kind) => kind === 'status_only') ? PROOF_ON_REQUEST_DAYS : PROOF_DAYS,
});

/** How long a provider may take to show a purchase, after which it is missed. */
export const settleMsOf = ({ idempotency }: Pick<Capabilities, 'idempotency'>): number =>
  idempotency.kind === 'none' ? 0 : idempotency.visibilityDelayMs;
