/**
 * A provider's response cannot be used: it could not be read (`unreadable_answer`), or it speaks of
 * something else than was asked (`answer_disagrees`). The message names fields, never what they held; `word` is the
 * one exception, for `classify` to make harmless: a status word that no table knows.
 */
export class ProviderProtocolError extends Error {
  override readonly name = 'ProviderProtocolError';

  constructor(
    readonly reason: 'unreadable_answer' | 'answer_disagrees',
    message: string,
    readonly word: string | null = null,
  ) {
    super(message);
  }
}
