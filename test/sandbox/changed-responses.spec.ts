import { jsonOf } from './http-client.js';
import { cnaughtClient, useSandbox } from './sandbox-clients.js';

describe('a changed response', () => {
  const sandbox = useSandbox();
  const cnaught = cnaughtClient(sandbox);

  it.each([
    ['a field that is inherited', 'toString.name'],
    ['a field of nothing', 'data.7.id'],
    ['the length of a list', 'data.length'],
    ['a row far behind the end', 'data.4294967294'],
    ['a row before the first', 'data.-1'],
    ['a row by another spelling', 'data.1e0'],
  ])('is as it was where a path leads to %s', async (_, path) => {
    const before = await cnaught('GET', '/portfolios');
    sandbox.current.cnaught.faults.add({ fault: { kind: 'set_field', path, value: 4_294_967_295 } });
    sandbox.current.cnaught.faults.add({ fault: { kind: 'delete_field', path } });
    const [set, deleted] = [await cnaught('GET', '/portfolios'), await cnaught('GET', '/portfolios')];
    expect([set.status, set.text, deleted.text]).toEqual([200, before.text, before.text]);
  });

  it('may have a row more, and fields of any other name', async () => {
    sandbox.current.cnaught.faults.add({ fault: { kind: 'set_field', path: 'data.2', value: {} } });
    sandbox.current.cnaught.faults.add({ fault: { kind: 'set_field', path: 'data.0.toJSON', value: 'text' } });
    expect(jsonOf<{ data: unknown[] }>(await cnaught('GET', '/portfolios')).data).toHaveLength(3);
    expect(jsonOf(await cnaught('GET', '/portfolios'))).toMatchObject({ data: [{ toJSON: 'text' }, {}] });
  });
});
