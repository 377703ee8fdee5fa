import { newestFirst } from './newest-first.js';
import { ProviderProtocolError } from './protocol-error.js';

const inOrder = (...seconds: number[]) => newestFirst(seconds, (second) => new Date(second * 1_000));

it.each([[[]], [[1]], [[3, 2, 1]], [[3, 3, 1]]])('reads %p', (seconds) => {
  expect(inOrder(...seconds)).toEqual(seconds);
});

it.each([[[1, 2]], [[3, 1, 2]], [[1, 3, 2]]])('refuses %p, in which an order could be missed', (seconds) => {
  expect(() => inOrder(...seconds)).toThrow(ProviderProtocolError);
  expect(() => inOrder(...seconds)).toThrow(expect.objectContaining({ reason: 'unreadable_answer' }));
});
