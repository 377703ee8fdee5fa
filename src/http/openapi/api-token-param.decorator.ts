import { ApiParam } from '@nestjs/swagger';

/** Documents the secret `token` in a path that this gateway gave to a provider or a browser. */
export const ApiTokenParam = (): MethodDecorator =>
  ApiParam({
    name: 'token',
    description: 'The token of the order, as it is in the address that this gateway gave',
    schema: { type: 'string', examples: ['kNz4mJ0r8yq3T1vLw5bXc7dEf9gHi2aJk4lMn6oPq8s'] },
  });
