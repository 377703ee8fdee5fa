/** A control command that makes no sense now: an unknown id, a state that cannot be reached, a bad argument. */
export class CommandRefusedError extends Error {
  override readonly name = 'CommandRefusedError';
}
