import { useRef, type FormEvent, type ReactNode } from 'react';
import { ProblemBox } from './problem-box.tsx';
import { wordsOf } from './values.tsx';

/** A form that is folded away. What was sent is the same act however often it is sent, until something in it is changed. */
export const FoldedForm = <Body,>({
  title,
  verb,
  create,
  bodyOf,
  children,
}: {
  title: string;
  verb: string;
  /** Once it has gone through, the form is empty again. */
  create: {
    readonly error: Error | null;
    readonly isPending: boolean;
    readonly mutateAsync: (wanted: { body: Body; idempotencyKey: string }) => Promise<unknown>;
  };
  bodyOf: (fields: FormData) => Body;
  children: ReactNode;
}) => {
  const key = useRef<string>(undefined);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    key.current ??= crypto.randomUUID();
    const emptied = (): void => {
      key.current = undefined;
      form.reset();
    };
    // Why it did not is shown as `error`.
    const wanted = { body: bodyOf(new FormData(form)), idempotencyKey: key.current };
    void create.mutateAsync(wanted).then(emptied, () => undefined);
  };
  return (
    <details className="new">
      <summary>{title}</summary>
      <form onSubmit={submit} onChange={() => (key.current = undefined)}>
        {children}
        <button type="submit" className="main" disabled={create.isPending}>
          {verb}
        </button>
        <ProblemBox error={create.error} />
      </form>
    </details>
  );
};

export const TextInput = ({
  label,
  name,
  ...more
}: {
  label: string;
  name: string;
  type?: string;
  maxLength?: number;
  required?: boolean;
  inputMode?: 'decimal' | 'numeric';
  pattern?: string;
  title?: string;
  placeholder?: string;
  defaultValue?: string;
}) => (
  <label>
    <span>{label}</span>
    <input name={name} autoComplete="off" spellCheck={false} dir="auto" {...more} />
  </label>
);

/** One of several words. */
export const ChoiceInput = ({
  label,
  name,
  words,
  choose,
}: {
  label: string;
  name: string;
  words: readonly string[];
  choose?: (word: string) => void;
}) => (
  <label>
    <span>{label}</span>
    <select name={name} required defaultValue="" onChange={({ target }) => choose?.(target.value)}>
      <option value="" disabled hidden />
      {words.map((word) => (
        <option key={word} value={word}>
          {wordsOf(word)}
        </option>
      ))}
    </select>
  </label>
);

/** The text of a field, without what surrounds it. */
export const textOf = (fields: FormData, name: string): string => {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
};
