import { proveAltered } from './prove-altered.js';

describe('altered answers of carbonmark, catalog', () => {
  proveAltered('carbonmark', 'catalog');
});
