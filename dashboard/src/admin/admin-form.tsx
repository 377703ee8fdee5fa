import { useRef, type FormEvent, type ReactNode } from 'react';
import { ProblemBox } from '../parts/problem-box.tsx';

/** A form that is folded away. What was sent is the same act however often it is sent, until something in it is changed. */
export const AdminForm = ({
  title,
  verb,
  error,
  isPending,
  send,
  children,
}: {
  title: string;
  verb: string;
  error: Error | null;
  isPending: boolean;
  /** Once it has gone through, the form is empty again. */
  send: (fields: FormData, idempotencyKey: string) => Promise<unknown>;
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
    void send(new FormData(form), key.current).then(emptied, () => undefined);
  };
  return (
    <details className="new">
      <summary>{title}</summary>
      <form onSubmit={submit} onChange={() => (key.current = undefined)}>
        {children}
        <button type="submit" className="main" disabled={isPending}>
          {verb}
        </button>
        <ProblemBox error={error} />
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
}) => (
  <label>
    <span>{label}</span>
    <input name={name} autoComplete="off" spellCheck={false} dir="auto" {...more} />
  </label>
);

/** The text of a field, without what surrounds it. */
export const textOf = (fields: FormData, name: string): string => {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
};
