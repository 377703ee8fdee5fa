import { CASE_ACT_NAMES, CASE_ACTS } from '../../../domain/operators/case-acts.js';
import { CHECKOUT_STATUSES } from '../../../domain/orders/order.js';
import { ATTEMPT_OPERATIONS, ATTEMPT_OUTCOMES } from '../../../domain/purchases/attempt.js';
import { CLAIM_SOURCES, CLAIM_VERDICTS } from '../../../domain/purchases/claims.js';
import { DISAGREEMENT_FIELDS } from '../../../domain/purchases/integrity.js';
import { PropBoolean, PropEnum, PropInteger, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { OrderResponse } from '../orders/order.response.js';
import { PersonResponse } from './attention.response.js';
import { SlimOrderResponse } from './slim-order.response.js';

export class SlimOrderListResponse {
  @PropList(() => SlimOrderResponse, 'Newest first') data!: SlimOrderResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class CaseTenantResponse {
  @PropText('Tenant id') id!: string;
  @PropText('Its name', { example: 'Demo' }) name!: string;
}

export class CaseTaskResponse {
  @PropText('`purchase`: until it is known what became of it; `follow`: from then on') kind!: string;
  @PropTime('When the gateway looks at the order next') run_at!: string;
  @PropTime('Until when a process is at it', { nullable: true }) leased_until!: string | null;
  @PropText('Which one', { nullable: true, example: '7c9f7f0e-6f0a-4c7b-9d7c-0a4f6f3e2b1d' }) held_by!: string | null;
}

export class CaseAttemptResponse {
  @PropEnum(ATTEMPT_OPERATIONS, 'What was sent') operation!: string;
  @PropInteger('Its number among those of its operation') number!: number;
  @PropInteger('Sends of one generation share key and bytes') generation!: number;
  @PropTime('When it began') started_at!: string;
  @PropTime('Until when it may have been under way') send_deadline_at!: string;
  @PropEnum(ATTEMPT_OUTCOMES, 'What became of it; null and `ambiguous`: it is not known', { nullable: true })
  outcome!: string | null;
  @PropText('Why, as a code', { nullable: true, example: 'timed_out' }) reason!: string | null;
  @PropInteger('HTTP status of the response', { nullable: true, example: 503 }) upstream_status!: number | null;
  @PropText("The provider's own word for the failure", { nullable: true, example: 'insufficient-funds' })
  upstream_code!: string | null;
  @PropTime('When the outcome was recorded', { nullable: true }) recorded_at!: string | null;
}

export class CaseSessionResponse {
  @PropText("The provider's id of the page", { nullable: true, example: 'cs_test_wWQ5WhKElsCFg3Sq23rNotkG' })
  session_id!: string | null;
  @PropEnum(CHECKOUT_STATUSES, 'How it stands') status!: string;
  @PropTime('When it closes by itself', { nullable: true }) expires_at!: string | null;
}

export class CaseClaimResponse {
  @PropText('The purchase or payment that was named', { example: 'il8BZu7hIB_sandbox' }) provider_order_id!: string;
  @PropEnum(CLAIM_SOURCES, 'By whom') source!: string;
  @PropEnum(Object.keys(CLAIM_VERDICTS), 'What a read of the provider has decided') verdict!: string;
  @PropInteger('Reads that decided nothing', { example: 2 }) looks!: number;
  @PropTime('When it was named') claimed_at!: string;
}

export class OwnerResponse extends PersonResponse {
  @PropTime('Since when') since!: string;
}

export class NoteResponse {
  @PropText('Note id') id!: string;
  @PropTime('When it was taken') at!: string;
  @PropText('Who took it; null for a machine', { nullable: true, example: 'Ann Lee' }) operator!: string | null;
  @PropText('What it says') text!: string;
}

export class CaseActResponse {
  @PropEnum(
    CASE_ACT_NAMES,
    Object.entries(CASE_ACTS)
      .map(([act, does]) => `\`${act}\` ${does}`)
      .join('; '),
  )
  act!: string;
  @PropBoolean('Whether you can do it now') allowed!: boolean;
  @PropText('Why not, as a sentence; null where it is allowed', {
    nullable: true,
    example: 'The order cannot be cancelled: its credits are retired, and a retirement cannot be undone.',
  })
  why_not!: string | null;
}

export class ProviderLinkResponse {
  @PropText('A page of the provider about the order', { example: 'https://registry.cnaught.com/orders/2UPZXgteIV' })
  url!: string;
}

export class CaseDifferenceResponse {
  @PropEnum(DISAGREEMENT_FIELDS, 'In what the provider differs from the order') field!: string;
  @PropText('What was ordered; null of names', { nullable: true, example: '100000 g' }) ours!: string | null;
  @PropText('What the provider has; null of names', { nullable: true, example: '90000 g' }) theirs!: string | null;
  @PropBoolean('Whether people have accepted it') accepted!: boolean;
}

export class CaseResponse {
  @PropObject(() => OrderResponse, 'The order') order!: OrderResponse;
  @PropObject(() => CaseTenantResponse, 'Whose it is') tenant!: CaseTenantResponse;
  @PropObject(() => OwnerResponse, 'Who has it in hand', { nullable: true }) owner!: OwnerResponse | null;
  @PropObject(() => CaseTaskResponse, 'What the gateway does with it next; null where nothing', { nullable: true })
  task!: CaseTaskResponse | null;
  @PropList(() => CaseAttemptResponse, 'What was sent, the latest 50') attempts!: CaseAttemptResponse[];
  @PropList(() => CaseSessionResponse, 'Hosted checkouts, the latest 50') sessions!: CaseSessionResponse[];
  @PropList(() => CaseClaimResponse, 'Purchases and payments that were named for it, the latest 50')
  claims!: CaseClaimResponse[];
  @PropList(() => NoteResponse, 'The latest notes, newest first') notes!: NoteResponse[];
  @PropText('The decision on it that waits for a second person', {
    nullable: true,
    example: 'res_01jd4v2m0gf5c8q7k3x9w1z2r4',
  })
  proposal_id!: string | null;
  @PropList(() => CaseActResponse, 'What you can do about it, and why not the rest') acts!: CaseActResponse[];
  @PropList(() => ProviderLinkResponse, 'Pages of the provider about it, where those are documented')
  provider_links!: ProviderLinkResponse[];
  @PropList(() => CaseDifferenceResponse, 'In what the provider differs from it, flagged or accepted')
  differences!: CaseDifferenceResponse[];
}
