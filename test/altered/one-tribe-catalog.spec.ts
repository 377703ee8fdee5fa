import { proveAltered } from './prove-altered.js';

describe('altered answers of one_tribe, catalog', () => {
  proveAltered('one_tribe', 'catalog');
});
