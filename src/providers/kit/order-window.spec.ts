import { couldBeWithin } from './order-window.js';

const createdFrom = new Date('2026-01-05T12:00:00Z');

it.each([
  ['11:57:59.999', false],
  ['11:58:00.000', true],
  ['12:00:00.000', true],
  ['23:00:00.000', true],
])('an order of %s could be within from 12:00 on, two minutes of skew allowed: %p', (time, expected) => {
  expect(couldBeWithin({ createdFrom }, new Date(`2026-01-05T${time}Z`))).toBe(expected);
});
