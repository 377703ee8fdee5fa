import { ServedGateway, SMALL_ORDER } from './served-gateway.js';
describe('x', () => {
  let g: ServedGateway;
  beforeAll(async () => { g = await ServedGateway.start(); });
  afterAll(() => g.stop());
  const show = (r: any) => console.log(r.status, JSON.stringify(r.headers), r.text?.slice(0, 3000));
  it('works', async () => {
    show(await g.order(SMALL_ORDER, 'k1'));
    show(await g.order(SMALL_ORDER, 'k1'));
    show(await g.order({ ...SMALL_ORDER, x: 1 }, 'k1'));
    show(await g.order({ ...SMALL_ORDER, rounding: 'up' }, 'k1'));
    show(await g.get('/v1/orders?limit=1'));
    show(await g.get('/v1/providers'));
    show(await g.get('/v1/offerings?limit=2'));
    show(await g.get('/v1/nothing'));
    show(await g.anonymous.delete('/v1/orders'));
    show(await g.anonymous.get('/v1/orders'));
    show(await g.get('/v1/orders/%zz'));
    show(await g.post('/v1/quotes').send({ mass: { value: 1, unit: 't' } }));
    show(await g.post('/v1/quotes').send('{"mass": '));
    show(await g.post('/v1/quotes').set('content-type', 'application/json').send('{"mass": '));
    show(await g.post('/v1/quotes').set('content-type', 'application/json').send('x'.repeat(1_000_000)));
    show(await g.anonymous.post('/v1/provider-callbacks/cnaught/aa').send('x'));
    show(await g.get('/openapi.json'));
  });
});
