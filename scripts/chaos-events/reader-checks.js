/** What a reader of the feed was told, held against what there is to tell. */

const ids = (events) => new Set(events.map(({ id }) => id));

export const READER_CHECKS = {
  'events that a reader missed': (evidence) =>
    evidence.readers.flatMap((reader) => {
      const told = ids(reader.told);
      return evidence
        .owedToReader(reader)
        .filter(({ id }) => !told.has(id))
        .map(({ id, type, sequence, subject }) => `${reader.name}: ${id} (${type} ${sequence} of ${subject})`);
    }),

  'events that a reader was told twice': ({ readers }) =>
    readers.flatMap(({ name, told }) => {
      const seen = new Set();
      return told.filter(({ id }) => seen.has(id) || !seen.add(id)).map(({ id }) => `${name}: ${id}`);
    }),

  'events that a reader should not be told': (evidence) =>
    evidence.readers.flatMap((reader) => {
      const owed = ids(evidence.owedToReader(reader));
      return reader.told.filter(({ id }) => !owed.has(id)).map(({ id, type }) => `${reader.name}: ${id} (${type})`);
    }),

  'events of an order, told out of order': ({ readers }) =>
    readers.flatMap(({ name, told }) => {
      const latest = new Map();
      return told
        .filter(({ subject, sequence }) => {
          const before = latest.get(subject) ?? 0;
          latest.set(subject, sequence);
          return sequence <= before;
        })
        .map(({ subject, sequence }) => `${name}: ${sequence} of ${subject} after a later one`);
    }),

  'readers told in different orders': (evidence) =>
    evidence.readers.flatMap((reader) => {
      const at = evidence.owedToReader(reader).findIndex(({ id }, index) => reader.told[index]?.id !== id);
      return at === -1 ? [] : [`${reader.name}, from its event ${at + 1}: ${reader.told[at]?.id ?? 'nothing'}`];
    }),

  'readers refused': ({ readers }) =>
    readers.flatMap(({ name, refusals }) => refusals.map((refusal) => `${name}: ${refusal}`)),
};
