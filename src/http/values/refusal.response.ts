import { ApiPropertyOptional } from '@nestjs/swagger';
import { LIMIT_HOLDERS } from '../../domain/limits/purchase-limits.js';
import { CURRENCIES, type Currency } from '../../domain/money.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../../domain/providers/capabilities.js';
import { PAUSE_REASONS } from '../../domain/providers/throttle.js';
import type { AbsenceCode } from '../../domain/quotes/absence.js';
import { PropCode, PropEnum, PropInteger, PropObject, PropText, PropTime } from '../openapi/prop.js';
import { MassResponse } from './mass.response.js';
import { MoneyResponse } from './money.response.js';

export class NearestMassesResponse {
  @PropObject(() => MassResponse, 'The largest orderable mass below', { nullable: true }) below!: MassResponse | null;
  @PropObject(() => MassResponse, 'The smallest orderable mass above', { nullable: true }) above!: MassResponse | null;
}

export class MassRuleResponse {
  @PropObject(() => MassResponse, 'Orders are a whole multiple of this') step!: MassResponse;
  @PropObject(() => MassResponse, 'The smallest order') minimum!: MassResponse;
  @PropObject(() => MassResponse, 'The largest order: what is declared, or what is left. Null if no limit is known', {
    nullable: true,
  })
  maximum!: MassResponse | null;
}

export class OrderLimitResponse {
  @PropEnum(LIMIT_HOLDERS, 'Whose limit it is') of!: string;
  @PropObject(() => MassResponse, 'The most that one order may buy, null if that is not the reason', { nullable: true })
  mass!: MassResponse | null;
  @PropObject(() => MoneyResponse, 'The most that one order may cost, null if that is not the reason', {
    nullable: true,
  })
  total!: MoneyResponse | null;
}

export class MonthLimitResponse {
  @PropEnum(LIMIT_HOLDERS, 'Whose limit it is') of!: string;
  @PropObject(() => MoneyResponse, 'What a calendar month (UTC) may cost') total!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'What is spent or reserved') spent!: MoneyResponse;
  @PropObject(() => MoneyResponse, 'What this order would add') order!: MoneyResponse;
}

export class PauseResponse {
  @PropEnum(PAUSE_REASONS, 'Why no orders are sent to it') reason!: string;
  @PropTime('Since when') since!: string;
  @PropTime('When it is asked whether it is back. A pause ends by an answer, not by the clock') asked_again_at!: string;
}

export class SwitchedOffResponse {
  @PropText('Why, in the words of who switched it off', { example: 'CNaught is being moved to another account' })
  reason!: string;
  @PropTime('Until when at most; a person may turn it off before') until!: string;
}

/** Each number is there only where it is part of the reason. */
export class RefusalNumbersResponse {
  @PropObject(() => MassRuleResponse, 'Which masses can be ordered. Of several offerings, the loosest of each bound', {
    optional: true,
  })
  mass?: MassRuleResponse;
  @PropObject(() => MassResponse, 'What is left to buy, or of serial numbers to claim; null if nothing', {
    optional: true,
    nullable: true,
  })
  available?: MassResponse | null;
  @PropObject(() => MoneyResponse, 'What it costs, tax included', { optional: true }) total?: MoneyResponse;
  @PropObject(() => MoneyResponse, 'The smallest total that is possible, null if no limit is known', {
    optional: true,
    nullable: true,
  })
  minimum_total?: MoneyResponse | null;
  @PropObject(
    () => MoneyResponse,
    'The largest total that is possible: of the provider, of `max_total`, or of the offer. Null if no limit is known',
    { optional: true, nullable: true },
  )
  maximum_total?: MoneyResponse | null;
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', enum: [...PAYMENT_METHODS] },
    description: 'The payment methods that are possible',
  })
  payment_methods?: readonly string[];
  @PropEnum(CURRENCIES, 'What the provider charges', { optional: true }) currency?: Currency;
  @PropObject(() => OrderLimitResponse, 'What tenant or key may order at once', { optional: true })
  order_limit?: OrderLimitResponse;
  @PropObject(() => MonthLimitResponse, 'What tenant or key may spend in a month', { optional: true })
  month_limit?: MonthLimitResponse;
  @PropObject(() => PauseResponse, 'Why no orders are sent to the provider', { optional: true }) pause?: PauseResponse;
  @PropObject(() => SwitchedOffResponse, 'What a person has switched off', { optional: true })
  switched_off?: SwitchedOffResponse;
  @PropInteger('How many seconds the provider was given', { optional: true, example: 8 }) waited_seconds?: number;
  @PropInteger('After how many seconds it makes sense to ask again', { optional: true, example: 5 })
  retry_after_seconds?: number;
  @PropTime('When the offer expired', { optional: true }) expired_at?: string;
  @PropTime('The time that `expired_at` was compared with', { optional: true }) now?: string;
}

export class UnavailableResponse {
  @PropText('Provider id', { example: 'one_tribe' }) provider!: string;
  @PropEnum(PAYMENT_METHODS, 'The payment method that was asked for, null where it did not matter', { nullable: true })
  payment_method!: PaymentMethod | null;
  @PropCode('AbsenceCode', 'Why it makes no offer') code!: AbsenceCode;
  @PropText('The reason, for people, with the numbers', {
    example: 'One Tribe cannot sell exactly 1.5 t; nearest orderable: 1 t or 2 t.',
  })
  detail!: string;
  @PropObject(() => NearestMassesResponse, 'What can be ordered instead, null if the mass is not the reason', {
    nullable: true,
  })
  nearest!: NearestMassesResponse | null;
  @PropObject(() => RefusalNumbersResponse, 'The numbers of the reason, for programs') numbers!: RefusalNumbersResponse;
}
