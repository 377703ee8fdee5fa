import { Type } from 'class-transformer';
import { IsInt, Min } from 'class-validator';
import { Variable } from '../../config/variable.js';
import { IsApiKey, IsBaseUrl } from '../kit/env-rules.js';

export class OneTribeEnv {
  @Variable('Key of the One Tribe account that buys; setting it enables One Tribe, which has no sandbox of its own')
  @IsApiKey()
  ONE_TRIBE_API_KEY!: string;

  @Variable('Base address of the One Tribe API, version included')
  @IsBaseUrl()
  ONE_TRIBE_BASE_URL = 'https://api.onetribe.com/v1';

  /** Shorter than the real delay of the list means buying twice. */
  @Variable('Seconds until the absence of a purchase without a response from the list proves that it was not made')
  @Type(() => Number)
  @IsInt({ message: '$property must be a whole number of seconds' })
  @Min(1, { message: '$property must be at least 1' })
  ONE_TRIBE_SETTLE_SECONDS = 300;
}
