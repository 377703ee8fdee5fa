import { useState } from 'react';
import type { NewAdmission } from './admin-queries.ts';

/** The text of a key, this once. Whoever leaves the page has it no more. */
export const NewSecret = ({ made }: { made: NewAdmission }) => {
  const [copied, setCopied] = useState(false);
  const { secret, state, name } = made;
  return (
    <div className="made" role="status">
      <p>
        <strong>
          <bdi>{name}</bdi>
        </strong>{' '}
        {state === 'admitted' ? 'is made.' : 'waits for a second admin, and opens nothing before.'}
      </p>
      {secret === null ? (
        <p className="quiet">There is no key to hand over.</p>
      ) : (
        <p>
          Its key is shown this once and kept nowhere:
          <br />
          <code className="secret">{secret}</code>{' '}
          <button
            type="button"
            className="small"
            onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}
          >
            {copied ? 'copied' : 'copy'}
          </button>
        </p>
      )}
    </div>
  );
};
