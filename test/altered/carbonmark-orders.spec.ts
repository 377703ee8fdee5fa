import { proveAltered } from './prove-altered.js';

describe('altered answers of carbonmark, orders', () => {
  proveAltered('carbonmark', 'orders');
});
