import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** The connections of this process to the database. */
export interface ConnectionLoad {
  readonly most: number;
  readonly inUse: number;
  readonly idle: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
}

@Injectable()
export class ConnectionsRepository {
  constructor(private readonly database: Database) {}

  load(): ConnectionLoad {
    const { options, totalCount, idleCount, waitingCount } = this.database.pool;
    return { most: options.max, inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }
}
