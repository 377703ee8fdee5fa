import { useRef, useState, type FormEvent } from 'react';
import { useMay } from '../api/session.ts';
import { LongText } from '../parts/long-text.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Time } from '../parts/time.tsx';
import { Words } from '../parts/values.tsx';
import { useTakeNote, type Case } from './case-queries.ts';

export const Notes = ({ id, notes }: { id: string; notes: Case['notes'] }) => {
  const mayAct = useMay('ops:act');
  return (
    <section aria-labelledby="notes">
      <h2 id="notes">Notes</h2>
      {mayAct && <NoteForm id={id} />}
      {notes.length === 0 && <p className="quiet">None. Tenants are not told what stands here.</p>}
      <ol className="notes">
        {notes.map((note) => (
          <li key={note.id}>
            <p dir="auto">{note.text}</p>
            <p className="quiet">
              <Words text={note.operator ?? 'a machine'} />, <Time at={note.at} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
};

const NoteForm = ({ id }: { id: string }) => {
  const [text, setText] = useState('');
  // One for each note, whatever becomes of the tries.
  const key = useRef<string>(undefined);
  const note = useTakeNote(id);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    key.current ??= crypto.randomUUID();
    note.mutate(
      { text, key: key.current },
      {
        onSuccess: () => {
          key.current = undefined;
          setText('');
        },
      },
    );
  };
  const write = (to: string): void => {
    // Another text is another note.
    key.current = undefined;
    setText(to);
  };
  return (
    <form className="note" onSubmit={submit}>
      <LongText label="What you want others to know; no names of people the order is for" value={text} write={write} />
      <button type="submit" disabled={note.isPending || text.trim() === ''}>
        Take note
      </button>
      <ProblemBox error={note.error} />
    </form>
  );
};
