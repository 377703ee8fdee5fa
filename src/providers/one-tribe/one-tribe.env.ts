import { Expose, Type } from 'class-transformer';
import { IsInt, Min } from 'class-validator';
import { IsApiKey, IsBaseUrl } from '../kit/env-rules.js';

export class OneTribeEnv {
  /** Key of the One Tribe account that buys. Setting it enables One Tribe, which has no sandbox of its own. */
  @Expose() @IsApiKey() ONE_TRIBE_API_KEY!: string;

  /** Base address of the One Tribe API, version included. */
  @Expose() @IsBaseUrl() ONE_TRIBE_BASE_URL = 'https://api.onetribe.com/v1';

  /**
   * Seconds after an unanswered purchase until its absence from One Tribe's list proves that it was not made. Shorter
   * than the list's real delay means buying twice.
   */
  @Expose()
  @Type(() => Number)
  @IsInt({ message: '$property must be a whole number of seconds' })
  @Min(1, { message: '$property must be at least 1' })
  ONE_TRIBE_SETTLE_SECONDS = 300;
}
