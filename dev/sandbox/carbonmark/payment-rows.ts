import { toIsoMicros } from '../clock.js';

export type PaymentStatus = 'open' | 'processing' | 'paid' | 'failed' | 'expired' | 'refunded';

/** In order; a failing retirement ends in FAILED instead of MINTED. */
export const RETIREMENT_STEPS = ['SUBMITTED', 'INITIATED', 'COMMITTED', 'MINTED', 'COMPLETED'] as const;
export type RetirementStatus = (typeof RETIREMENT_STEPS)[number] | 'FAILED';

export interface RetirementRow {
  readonly status: RetirementStatus;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  readonly transactionHash: string;
  readonly quoteUuid: string;
  readonly willFail: boolean;
}

export interface PaymentRow {
  readonly id: string;
  /** Names the hosted checkout. Different from the id, which the client only learns from the redirect. */
  readonly linkId: string;
  readonly sourceId: string;
  readonly quantityTonnes: number;
  readonly amountUsdCents: number;
  readonly beneficiaryName: string;
  readonly retirementMessage: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly status: PaymentStatus;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  readonly expiresAtMs: number;
  readonly retirement: RetirementRow | null;
}

/** What every retirement of a sandbox key points to, while the placeholder switch is on. */
const PLACEHOLDER = {
  beneficiary_name: 'Developer Tester',
  transaction_hash: `0x${'0d'.repeat(32)}`,
  view_retirement_url: 'https://app.carbonmark.example/retirements/placeholder',
};

export const toWirePayment = (payment: PaymentRow, withPlaceholder: boolean): object => ({
  id: payment.id,
  status: payment.status,
  amount: payment.amountUsdCents,
  currency: 'usd',
  asset_price_source_id: payment.sourceId,
  quantity_tonnes: payment.quantityTonnes,
  metadata: { beneficiary_name: payment.beneficiaryName, retirement_message: payment.retirementMessage },
  created_at: timestamp(payment.createdAtMs),
  updated_at: timestamp(payment.changedAtMs),
  expires_at: timestamp(payment.expiresAtMs),
  order: payment.retirement === null ? null : toWireOrder(payment, payment.retirement, withPlaceholder),
});

const toWireOrder = (payment: PaymentRow, retirement: RetirementRow, withPlaceholder: boolean): object => {
  const step = RETIREMENT_STEPS.findIndex((status) => status === retirement.status);
  const isSent = step >= RETIREMENT_STEPS.indexOf('COMMITTED');
  const isDone = retirement.status === 'COMPLETED';
  const { transactionHash } = retirement;
  return {
    status: retirement.status,
    created_at: timestamp(retirement.createdAtMs),
    updated_at: timestamp(retirement.changedAtMs),
    completed_at: isDone ? timestamp(retirement.changedAtMs) : null,
    transaction_hash: isSent ? transactionHash : null,
    on_chain_explorer_url: isSent ? `https://explorer.example/tx/${transactionHash}` : null,
    view_retirement_url: isDone ? `https://app.carbonmark.example/retirements/${transactionHash}` : null,
    retirement_index: isDone ? 1 : null,
    beneficiary_name: payment.beneficiaryName,
    beneficiary_address: null,
    retirement_message: payment.retirementMessage,
    consumption_metadata: {},
    registry_specific_data: {},
    quote: {
      uuid: retirement.quoteUuid,
      created_at: timestamp(retirement.createdAtMs),
      updated_at: timestamp(retirement.createdAtMs),
      credential_id: CREDENTIAL_ID,
      asset_price_source_id: payment.sourceId,
      quantity_tonnes: payment.quantityTonnes,
      cost_usdc: payment.amountUsdCents / 100,
      consumed: 1,
    },
    ...(isDone && withPlaceholder ? PLACEHOLDER : {}),
  };
};

export const CREDENTIAL_ID = 1;

export const timestamp = (ms: number): string => toIsoMicros(ms, '+00:00');
