import { proveAltered } from './prove-altered.js';

describe('altered answers of one_tribe, orders', () => {
  proveAltered('one_tribe', 'orders');
});
