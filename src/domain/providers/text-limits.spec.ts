import { explainExcess, textExcess, type TextLimit } from './text-limits.js';

const LIMITS: readonly TextLimit[] = [
  { texts: ['beneficiaryName'], most: 5, countedAs: 'characters' },
  { texts: ['beneficiaryName', 'retirementMessage', 'description'], most: 10, countedAs: 'json' },
];

const texts = (beneficiaryName: string, retirementMessage: string | null = null) => ({
  beneficiaryName,
  retirementMessage,
  description: null,
});

describe('textExcess', () => {
  it('lets texts through that are exactly as long as they may be', () => {
    expect(textExcess(LIMITS, texts('abcde', 'fghij'))).toBeNull();
    expect(textExcess([], texts('x'.repeat(10_000)))).toBeNull();
  });

  it('says which text is too long, what it may have and by how much it is above', () => {
    expect(textExcess(LIMITS, texts('abcdefg'))).toEqual({ texts: ['beneficiaryName'], most: 5, excess: 2 });
  });

  it('adds up the texts that share a field', () => {
    expect(textExcess(LIMITS, texts('abcde', 'fghijk'))).toMatchObject({ most: 10, excess: 1 });
  });

  it('counts what a character takes in JSON where it is kept as JSON', () => {
    expect(textExcess(LIMITS, texts('abc', 'a\n"c'))).toBeNull();
    expect(textExcess(LIMITS, texts('abcde', 'a\n"c'))).toMatchObject({ excess: 1 });
  });
});

it.each([
  [['beneficiaryName'], 'at most 5 characters of beneficiary.name; shorten it by 2'],
  [
    ['beneficiaryName', 'retirementMessage', 'description'],
    'at most 5 characters of beneficiary.name, retirement_message and description together; shorten them by 2',
  ],
] as const)('names the fields of %j as the caller knows them, and the fix', (names, sentence) => {
  expect(explainExcess({ texts: names, most: 5, excess: 2 })).toBe(sentence);
});
