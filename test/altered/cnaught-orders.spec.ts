import { proveAltered } from './prove-altered.js';

describe('altered answers of cnaught, orders', () => {
  proveAltered('cnaught', 'orders');
});
