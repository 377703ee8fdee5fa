import { useState } from 'react';

/** For what cannot be undone: asked for once more, in the place where it was asked for. */
export const ConfirmButton = ({
  label,
  confirm,
  disabled,
  look = 'small',
  act,
}: {
  label: string;
  /** What the second button says: the verb, and what becomes of it. */
  confirm: string;
  disabled: boolean;
  /** `main`: what the screen is there for. */
  look?: 'small' | 'main';
  act: () => void;
}) => {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking)
    return (
      <button type="button" className={look} disabled={disabled} onClick={() => setAsking(true)}>
        {label}…
      </button>
    );
  return (
    <span className="confirm">
      <button
        type="button"
        className={look === 'small' ? 'small danger' : 'danger'}
        disabled={disabled}
        onClick={() => {
          setAsking(false);
          act();
        }}
      >
        {confirm}
      </button>{' '}
      <button
        type="button"
        className={look === 'small' ? 'small' : undefined}
        autoFocus
        onClick={() => setAsking(false)}
      >
        No
      </button>
    </span>
  );
};
