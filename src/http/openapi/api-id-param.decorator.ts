import { ApiParam } from '@nestjs/swagger';
import { exampleOf } from '../validation/id-patterns.js';

/** Documents the `id` in a path. */
export const ApiIdParam = (form: RegExp, description: string): MethodDecorator =>
  ApiParam({ name: 'id', description, schema: { type: 'string', pattern: form.source, examples: [exampleOf(form)] } });
