import { statementFiles } from './statement-files.js';

describe('the files of statements', () => {
  it('have names of their own, also those of one provider in two currencies', () => {
    const names = (['USD', 'EUR'] as const).flatMap((currency) =>
      statementFiles('cnaught', [], currency, '2026-11-27').map(({ name }) => name),
    );
    expect(new Set(names).size).toBe(4);
  });
});
