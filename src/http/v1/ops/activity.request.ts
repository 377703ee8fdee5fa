import { Matches } from 'class-validator';
import { Field } from '../../validation/field.js';
import { ProviderIdField } from '../../validation/id.field.js';

const MOST_HOURS = 168;
const DEFAULT_HOURS = 48;

export class ReadActivityRequest {
  @Field(
    { type: 'integer', minimum: 1, maximum: MOST_HOURS, default: DEFAULT_HOURS },
    { about: 'How many hours, this one included', optional: true },
    Matches(/^([1-9]\d?|1[0-5]\d|16[0-8])$/, { message: `must be a whole number from 1 to ${MOST_HOURS}` }),
  )
  hours?: string;

  @ProviderIdField({ about: 'Only orders at this provider, and calls to it', optional: true, example: 'cnaught' })
  provider?: string;
}

export const hoursFrom = ({ hours }: ReadActivityRequest): number =>
  hours === undefined ? DEFAULT_HOURS : Number(hours);
