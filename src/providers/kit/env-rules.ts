import { applyDecorators } from '@nestjs/common';
import { IsUrl, Matches } from 'class-validator';

/** What a key can look like: no provider promises a form, but it has to fit into a header. */
export const IsApiKey = (): PropertyDecorator =>
  Matches(/^[\x21-\x7e]+$/, { message: '$property must be the key as the provider gave it, without spaces' });

/** Where a provider is reached. `http` is for simulators on one's own machine. */
export const IsBaseUrl = (): PropertyDecorator =>
  applyDecorators(
    IsUrl(
      { require_tld: false, require_protocol: true, protocols: ['https', 'http'], disallow_auth: true },
      { message: '$property must be an address such as https://api.example.com' },
    ),
    Matches(/^[^?#]*$/, { message: '$property must have no query and no fragment' }),
  );
