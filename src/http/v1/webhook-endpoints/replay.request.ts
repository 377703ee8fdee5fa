import {
  MOST_WINDOW_DAYS,
  REPLAY_CHOICES,
  type ReplayChoice,
  type ReplayWindow,
} from '../../../domain/webhooks/replay.js';
import { invalidFields } from '../../problems/http-problem.js';
import { BooleanField, EnumField } from '../../validation/field.js';
import { TimeField } from '../../validation/time.field.js';

export class ReplayRequest {
  @TimeField({ about: 'Events that happened at this time or later', example: '2026-11-20T09:30:00Z' })
  since!: string;

  @TimeField({ about: `And before this time: at most ${MOST_WINDOW_DAYS} days later. Default: now`, optional: true })
  until?: string;

  @EnumField(REPLAY_CHOICES, {
    about:
      '`failed`: those given up. `missing`: those that were never queued, such as while the endpoint was disabled or before it was made. `all`: both, and those delivered already',
    example: 'missing',
  })
  only!: ReplayChoice;

  @BooleanField({ about: 'Says how many would be queued, and queues none', optional: true })
  dry_run?: boolean;
}

const DAY_MS = 86_400_000;

/** Throws HttpProblem for a window that ends before it begins, or is too long. */
export const replayWindowFrom = ({ since, until, only }: ReplayRequest, now: Date): ReplayWindow => {
  const window = { since: new Date(since), until: until === undefined ? now : new Date(until), only };
  const lengthMs = window.until.getTime() - window.since.getTime();
  if (lengthMs <= 0) throw invalidFields({ since: [`must be before ${until === undefined ? 'now' : 'until'}`] });
  if (lengthMs > MOST_WINDOW_DAYS * DAY_MS)
    throw invalidFields({
      since: [
        `must be at most ${MOST_WINDOW_DAYS} days before ${until === undefined ? 'now' : 'until'}; for more, read GET /v1/events`,
      ],
    });
  return window;
};
