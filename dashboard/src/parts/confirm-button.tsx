import { useState } from 'react';

/** For what cannot be undone: asked for once more, in the place where it was asked for. */
export const ConfirmButton = ({
  label,
  confirm,
  disabled,
  act,
}: {
  label: string;
  /** What the second button says: the verb, and what becomes of it. */
  confirm: string;
  disabled: boolean;
  act: () => void;
}) => {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking)
    return (
      <button type="button" className="small" disabled={disabled} onClick={() => setAsking(true)}>
        {label}…
      </button>
    );
  return (
    <span className="confirm">
      <button
        type="button"
        className="small danger"
        disabled={disabled}
        onClick={() => {
          setAsking(false);
          act();
        }}
      >
        {confirm}
      </button>{' '}
      <button type="button" className="small" autoFocus onClick={() => setAsking(false)}>
        No
      </button>
    </span>
  );
};
