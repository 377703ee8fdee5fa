import { TextField } from '../../validation/text.field.js';
import { REASON, VersionField } from './resolution.request.js';

export class TakeNoteRequest {
  @TextField(
    { min: 1, max: 2_000, lines: true },
    { about: 'What you want others to know. Names of people the order is for are erased with their data' },
  )
  text!: string;
}

export class CancelCaseRequest {
  @TextField(REASON, {
    about: 'Why, for those who ask in a year',
    example: 'The tenant has ordered it twice (ticket 4711).',
  })
  reason!: string;

  @VersionField()
  expected_version!: number;
}
