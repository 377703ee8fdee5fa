import { useId } from 'react';

/** What a person writes down, of up to so many characters as the gateway keeps. */
export const LongText = ({
  label,
  value,
  write,
  rows = 3,
}: {
  label: string;
  value: string;
  write: (value: string) => void;
  rows?: number;
}) => {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        dir="auto"
        rows={rows}
        maxLength={2_000}
        value={value}
        onChange={({ target }) => write(target.value)}
      />
    </>
  );
};
