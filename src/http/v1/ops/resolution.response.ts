import { DECISION_NAMES, EVIDENCE_ASKED, REFUSALS, type Decision } from '../../../domain/resolutions/decisions.js';
import { RESOLUTION_STATE_NAMES } from '../../../domain/resolutions/resolution.js';
import {
  PropBoolean,
  PropEnum,
  PropEnumList,
  PropInteger,
  PropList,
  PropObject,
  PropText,
  PropTextList,
  PropTime,
} from '../../openapi/prop.js';
import { RefusalResponse } from '../../problems/problem.response.js';
import { PersonResponse } from './attention.response.js';

/** Evidence as requests and responses name it. */
export const EVIDENCE_NAMES = {
  providerOrderId: 'provider_order_id',
  cancelled: 'cancelled',
  refunded: 'refunded',
  kept: 'kept',
  statement: 'statement',
} as const satisfies Readonly<Record<(typeof EVIDENCE_ASKED)[Decision][number], string>>;

export class FindingResponse {
  @PropEnum(Object.keys(REFUSALS), 'Which rule: docs/resolutions.md') check!: string;
  @PropText('What is to be so', { example: 'the provider responds' }) wants!: string;
  @PropBoolean('Whether it is so') ok!: boolean;
}

export class StatementResponse {
  @PropText('Who stated it') from!: string;
  @PropTime('When it was received') received_at!: string;
  @PropText('What they wrote') quote!: string;
  @PropText('Where it lies', { nullable: true }) ticket!: string | null;
  @PropText('SHA-256 of the file', {
    nullable: true,
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  file_sha256!: string | null;
}

export class EvidenceOfResolutionResponse {
  @PropText('The purchase or payment that it is about', { nullable: true, example: 'il8BZu7hIB_sandbox' })
  provider_order_id!: string | null;
  @PropTextList('Purchases too many that are cancelled') cancelled!: readonly string[];
  @PropTextList('Those that were refunded') refunded!: readonly string[];
  @PropTextList('Those that are kept') kept!: readonly string[];
  @PropObject(() => StatementResponse, 'What was stated', { nullable: true }) statement!: StatementResponse | null;
}

export class ResolutionResponse {
  @PropText('Resolution id', { example: 'res_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('The order that it is about') order_id!: string;
  @PropEnum(DECISION_NAMES, 'What is decided') decision!: string;
  @PropEnum(RESOLUTION_STATE_NAMES, 'What became of it') state!: string;
  @PropInteger('How many people it takes', { example: 2 }) steps!: number;
  @PropObject(() => EvidenceOfResolutionResponse, 'What it rests on') evidence!: EvidenceOfResolutionResponse;
  @PropText('Why') reason!: string;
  @PropList(() => FindingResponse, 'What the gateway found when it was proposed') findings!: FindingResponse[];
  @PropObject(() => PersonResponse, 'Who proposed it; null for a machine', { nullable: true })
  proposed_by!: PersonResponse | null;
  @PropTime('When') proposed_at!: string;
  @PropTime('Until when a second person can decide on it', { nullable: true }) expires_at!: string | null;
  @PropObject(() => PersonResponse, 'Who decided on it', { nullable: true }) decided_by!: PersonResponse | null;
  @PropTime('When', { nullable: true }) decided_at!: string | null;
  @PropText('What they wrote', { nullable: true }) decided_note!: string | null;
  @PropList(() => FindingResponse, 'What the gateway found then; empty where nothing was read again')
  decided_findings!: FindingResponse[];
  @PropEnum(Object.keys(REFUSALS), 'Which rule was broken then, where it is overtaken', { nullable: true })
  refusal!: string | null;
}

export class ChoiceResponse {
  @PropEnum(DECISION_NAMES, 'The decision') decision!: string;
  @PropText('What it says') means!: string;
  @PropEnumList(Object.values(EVIDENCE_NAMES), 'What of `evidence` it looks at') evidence!: readonly string[];
  @PropObject(() => RefusalResponse, 'What stands in its way before the provider is read; null if nothing does', {
    nullable: true,
  })
  refused!: RefusalResponse | null;
}

export class OrderResolutionsResponse {
  @PropInteger('Version of the order, for `expected_version`', { example: 7 }) version!: number;
  @PropList(() => ChoiceResponse, 'Every decision, and what stands in its way') choices!: ChoiceResponse[];
  @PropList(() => ResolutionResponse, 'What was decided before, newest first') history!: ResolutionResponse[];
}

export class DryRunResponse {
  @PropBoolean('Whether it is permitted') allowed!: boolean;
  @PropInteger('How many people it takes; null where it is refused', { nullable: true }) steps!: number | null;
  @PropObject(() => RefusalResponse, 'Which rule is broken', { nullable: true }) refused!: RefusalResponse | null;
  @PropList(() => FindingResponse, 'Every rule, and whether it holds') findings!: FindingResponse[];
}

export class ResolutionListResponse {
  @PropList(() => ResolutionResponse, 'Newest first') data!: ResolutionResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}
