import { Injectable } from '@nestjs/common';
import type { Period } from '../../domain/periods/period.js';
import { PeriodsRepository } from '../../persistence/periods/periods.repository.js';

/** The months of the books, latest first. */
@Injectable()
export class ListPeriods {
  constructor(private readonly periods: PeriodsRepository) {}

  run(): Promise<readonly Period[]> {
    return this.periods.list();
  }
}
