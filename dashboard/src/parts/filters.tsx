import type { ReactNode } from 'react';
import { wordsOf } from './values.tsx';

/** One choice of a filter. The address keeps what was chosen. */
export const Choice = ({
  label,
  value,
  words,
  any = 'any',
  choose,
}: {
  label: string;
  value: string | undefined;
  words: readonly string[];
  any?: string;
  choose: (to: string | undefined) => void;
}) => (
  <label>
    <span>{label}</span>
    <select value={value ?? ''} onChange={({ target }) => choose(target.value || undefined)}>
      <option value="">{any}</option>
      {words.map((word) => (
        <option key={word} value={word}>
          {wordsOf(word)}
        </option>
      ))}
    </select>
  </label>
);

/** A text of a filter: taken with Enter, or when it is left. */
export const Text = ({
  label,
  value,
  placeholder,
  choose,
}: {
  label: string;
  value: string | undefined;
  placeholder?: string;
  choose: (to: string | undefined) => void;
}) => (
  <label>
    <span>{label}</span>
    <input
      key={value ?? ''}
      defaultValue={value ?? ''}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      onKeyDown={(event) => {
        if (event.key === 'Enter') choose(event.currentTarget.value.trim() || undefined);
      }}
      onBlur={({ target }) => {
        if (target.value.trim() !== (value ?? '')) choose(target.value.trim() || undefined);
      }}
    />
  </label>
);

export const Filters = ({ children }: { children: ReactNode }) => (
  <div className="filters" role="group" aria-label="Filters">
    {children}
  </div>
);
