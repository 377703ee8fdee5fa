/**
 * A provider's response cannot be used: it could not be read (`unreadable_answer`), or it is about
 * something else than was asked (`answer_disagrees`). The message names fields, never their values. `word` is the one
 * exception: a status word that no table knows, which `classify` makes harmless.
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
