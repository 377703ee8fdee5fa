import { ArrayMaxSize, ArrayUnique, IsArray, IsInt, Max, Min } from 'class-validator';
import { DECISION_NAMES, type Decision, type Evidence } from '../../../domain/resolutions/decisions.js';
import { RESOLUTION_STATE_NAMES, type ResolutionState } from '../../../domain/resolutions/resolution.js';
import { Check } from '../../validation/check.decorator.js';
import { EnumField, Field, ObjectField, PatternField } from '../../validation/field.js';
import { RESOLUTION_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';
import { isText, TextField } from '../../validation/text.field.js';
import { TimeField } from '../../validation/time.field.js';

const MOST_PURCHASES = 50;
const PURCHASE_ID = { min: 1, max: 255 };
const NOT_IDS = { message: `must be a list of at most ${MOST_PURCHASES} ids of purchases` };

const PurchasesField = (about: string): PropertyDecorator =>
  Field(
    {
      type: 'array',
      items: { type: 'string', minLength: PURCHASE_ID.min, maxLength: PURCHASE_ID.max },
      uniqueItems: true,
      maxItems: MOST_PURCHASES,
    },
    { about, optional: true },
    IsArray(NOT_IDS),
    ArrayMaxSize(MOST_PURCHASES, NOT_IDS),
    Check((ids) => ((ids as unknown[]).every(isPurchaseId) ? null : NOT_IDS.message)),
    ArrayUnique({ message: 'must not name a purchase twice' }),
  );

const isPurchaseId = (id: unknown): boolean => typeof id === 'string' && isText(id, PURCHASE_ID);

const NOT_A_VERSION = { message: 'must be the version of the order: a whole number from 1 on' };

export const VersionField = (): PropertyDecorator =>
  Field(
    { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    { about: 'The `version` of the order as you have looked at it', example: 7 },
    IsInt(NOT_A_VERSION),
    Min(1, NOT_A_VERSION),
    Max(2_147_483_647, NOT_A_VERSION),
  );

/** Shorter ones say nothing to those who ask in a year. */
export const REASON = { min: 20, max: 2_000, lines: true };

export class StatementRequest {
  @TextField({ min: 1, max: 200 }, { about: 'Who stated it', example: 'support@cnaught.com' })
  from!: string;

  @TimeField({ about: 'When it was received' })
  received_at!: string;

  @TextField({ min: 1, max: 4_000, lines: true }, { about: 'What they wrote, in their words' })
  quote!: string;

  @TextField({ min: 1, max: 200 }, { about: 'Where it lies: a ticket, a mailbox', optional: true })
  ticket?: string;

  @PatternField(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits', {
    about: 'SHA-256 of the file; files are not kept here',
    optional: true,
  })
  file_sha256?: string;
}

export class EvidenceRequest {
  @TextField(PURCHASE_ID, {
    about: 'The provider’s id of the purchase or payment that the decision is about',
    optional: true,
  })
  provider_order_id?: string;

  @PurchasesField('Of `compensation_done`: purchases too many that are cancelled at the provider, which is read')
  cancelled?: string[];

  @PurchasesField('Those that were refunded')
  refunded?: string[];

  @PurchasesField('Those that are kept, by agreement with the tenant')
  kept?: string[];

  @ObjectField(() => StatementRequest, { about: 'What the provider, or the tenant, stated', optional: true })
  statement?: StatementRequest;
}

export class ProposeResolutionRequest {
  @EnumField(DECISION_NAMES, { about: 'What is decided: docs/resolutions.md', example: 'end_not_bought' })
  decision!: Decision;

  @ObjectField(() => EvidenceRequest, { about: 'What the decision rests on', optional: true })
  evidence?: EvidenceRequest;

  @TextField(REASON, {
    about: 'Why, for those who ask in a year',
    example: 'CNaught has no record of it (ticket 4711).',
  })
  reason!: string;

  @VersionField()
  expected_version!: number;
}

export class DecideRequest {
  @TextField({ min: 1, max: 2_000, lines: true }, { about: 'What you have looked at, and why you decide so' })
  note!: string;
}

export class ApproveRequest extends DecideRequest {
  @VersionField()
  expected_version!: number;
}

export class DryRunQuery {
  @EnumField(['true', 'false'], { about: '`true`: says what would come of it, and does nothing', optional: true })
  dry_run?: 'true' | 'false';
}

export class ListResolutionsRequest extends PagingQuery {
  @EnumField(RESOLUTION_STATE_NAMES, {
    about: 'In which state. By default those that wait for a second person',
    optional: true,
  })
  state?: ResolutionState;
}

export const evidenceFrom = ({ evidence }: ProposeResolutionRequest): Evidence => {
  const { provider_order_id: id, cancelled, refunded, kept, statement } = evidence ?? {};
  return {
    providerOrderId: id ?? null,
    cancelled: cancelled ?? [],
    refunded: refunded ?? [],
    kept: kept ?? [],
    statement: statement
      ? {
          from: statement.from,
          receivedAt: new Date(statement.received_at).toISOString(),
          quote: statement.quote,
          ticket: statement.ticket ?? null,
          fileSha256: statement.file_sha256 ?? null,
        }
      : null,
  };
};

/** @returns null if the parts are not a position */
export const resolutionPositionFrom = ([id]: readonly string[]): string | null =>
  id !== undefined && RESOLUTION_ID.test(id) ? id : null;
