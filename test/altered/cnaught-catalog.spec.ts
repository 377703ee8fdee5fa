import { proveAltered } from './prove-altered.js';

describe('altered answers of cnaught, catalog', () => {
  proveAltered('cnaught', 'catalog');
});
