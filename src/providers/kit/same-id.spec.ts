import { assertSameId } from './same-id.js';

it('takes a response about what was asked for, and no other', () => {
  expect(() => assertSameId('a', 'a')).not.toThrow();
  expect(() => assertSameId('a', 'b')).toThrow(expect.objectContaining({ reason: 'answer_disagrees' }));
});
