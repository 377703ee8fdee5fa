import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { switchTurnedOn } from '../../domain/audit/guard-acts.js';
import { AppError } from '../../domain/errors.js';
import type { Actor } from '../../domain/orders/cause.js';
import { switchReasons, type Switch, type SwitchScope } from '../../domain/switches/switch.js';
import { SwitchesRepository, UnknownTenantError } from '../../persistence/switches/switches.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';

export interface WantedSwitch {
  readonly scope: SwitchScope;
  readonly until: Date;
  readonly reason: string;
}

/**
 * Stops new sends, in one step. When it resolves no process begins one any more that is within its scope; what was begun
 * before may still be under way.
 */
@Injectable()
export class TurnSwitchOn {
  constructor(
    private readonly switches: SwitchesRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  async run({ scope, until, reason }: WantedSwitch, by: Actor): Promise<Switch> {
    const errors = switchReasons(scope, until, new Date());
    if (errors)
      throw new AppError('switch_not_possible', `This cannot be switched off so: ${sentenceOf(errors)}.`, { errors });
    // A word that is none would stop nothing, and look as if it did.
    if (scope.provider !== null && !this.providers.knows(scope.provider))
      throw new AppError('provider_not_enabled', 'There is no such provider; see GET /v1/providers.');
    const id = this.switches.nextId();
    const ownerId = by.by === 'request' ? (by.operator?.id ?? null) : null;
    const record = applied(by, switchTurnedOn(id, scope, until));
    const on = await this.switches.turnOn({ id, scope, reason, ownerId, until }, record).catch((thrown: unknown) => {
      if (!(thrown instanceof UnknownTenantError)) throw thrown;
      throw new AppError('tenant_not_found', 'There is no such tenant.');
    });
    if (!on.isNew)
      throw new AppError('switch_active', `This is switched off already, until ${on.until.toISOString()}: ${on.id}.`);
    const read = await this.switches.find(id);
    if (!read) throw new Error('the switch is not there after it was written');
    return read.found;
  }
}

const sentenceOf = (errors: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(errors)
    .map(([field, reasons]) => `${field} ${reasons.join(', ')}`)
    .join('; ');
