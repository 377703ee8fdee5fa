import { TextField } from '../../validation/text.field.js';

export class TakeNoteRequest {
  @TextField(
    { min: 1, max: 2_000, lines: true },
    { about: 'What you want others to know. Names of people the order is for are erased with their data' },
  )
  text!: string;
}
