import { Injectable } from '@nestjs/common';
import { CONCERNS, concernsOf, type Concern } from '../../domain/database/concerns.js';
import { ServerRepository } from '../../persistence/database/server.repository.js';

export interface ToldConcern {
  readonly concern: Concern;
  readonly meaning: string;
}

/** Asks the database server whether it keeps what it confirms. */
@Injectable()
export class CheckDatabase {
  constructor(private readonly server: ServerRepository) {}

  async run(): Promise<readonly ToldConcern[]> {
    return concernsOf(await this.server.facts()).map((concern) => ({ concern, meaning: CONCERNS[concern] }));
  }
}
