import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Switch, SwitchState } from '../../domain/switches/switch.js';
import { SwitchesRepository } from '../../persistence/switches/switches.repository.js';

@Injectable()
export class ListSwitches {
  constructor(private readonly switches: SwitchesRepository) {}

  async find(id: string): Promise<Switch> {
    const read = await this.switches.find(id);
    if (!read) throw new AppError('switch_not_found', 'There is no such switch.');
    return read.found;
  }

  /** Newest first; of every state for null. `next`: the id before which the next page goes on. */
  async page(
    state: SwitchState | null,
    before: string | null,
    limit: number,
  ): Promise<{ readonly switches: readonly Switch[]; readonly next: string | null }> {
    const found = await this.switches.list(state, before, limit + 1);
    const switches = found.slice(0, limit);
    return { switches, next: found.length > limit ? (switches.at(-1)?.id ?? null) : null };
  }
}
