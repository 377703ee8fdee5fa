import { setTimeout as delay } from 'node:timers/promises';

/**
 * Two hours a second: the whole schedule, 76 hours, passes in 38 s, and the 120 hours after which an endpoint is disabled
 * are longer than what a killed sender held is away. An endpoint that fails now and then has succeeded within seconds.
 */
const TICK_MS = 500;
const HOURS_PER_TICK = 1;

/**
 * Makes what is on record about deliveries older all the time, which to the gateway is the same as waiting: the schedule
 * of repeats has hours in it. Leases keep their time, because requests under way do.
 */
export class FastClock {
  hours = 0;
  isOver = false;

  constructor(database) {
    this.database = database;
  }

  start() {
    this.ticking = this.tick();
  }

  async stop() {
    this.isOver = true;
    await this.ticking;
  }

  async tick() {
    while (!this.isOver) {
      await delay(TICK_MS);
      await this.makeOlder(
        'webhook_deliveries',
        'due_at',
        `state = 'pending' AND lease_token IS NULL AND due_at > now()`,
      );
      await this.makeOlder('webhook_endpoints', 'failing_since', `failing_since < now() - interval '10 seconds'`);
      this.hours += HOURS_PER_TICK;
    }
  }

  async makeOlder(table, column, which) {
    await this.database.rows(
      `UPDATE ${table} SET ${column} = ${column} - interval '${HOURS_PER_TICK} hours' WHERE ${which}`,
    );
  }
}
