import { TextField } from '../../validation/text.field.js';

export class OpenSessionRequest {
  @TextField({ min: 1, max: 200 }, { about: 'Your own key as an operator' })
  key!: string;
}
