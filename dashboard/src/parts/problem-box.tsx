import { isSignedOut, Refused, Unsent } from '../api/client.ts';
import { LineErrors } from './line-errors.tsx';
import { CopyableId } from './values.tsx';

/** What went wrong and what helps. Without a session nothing is said here: the dialog to sign in says it. */
export const ProblemBox = ({ error }: { error: Error | null }) => {
  if (error === null || isSignedOut(error)) return null;
  if (error instanceof Unsent)
    return (
      <div className="problem" role="alert">
        <p>
          <strong>Not sent.</strong> {error.message}
        </p>
      </div>
    );
  if (!(error instanceof Refused))
    return (
      <div className="problem" role="alert">
        <p>
          <strong>No answer.</strong> {error.message} It is asked again by itself.
        </p>
      </div>
    );
  const { title, detail, errors, lines, request_id, retry } = error.problem;
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{title}.</strong> {detail}
      </p>
      {errors && (
        <ul>
          {Object.entries(errors).map(([field, reasons]) => (
            <li key={field}>
              <code>{field}</code> {reasons.join(', ')}
            </li>
          ))}
        </ul>
      )}
      {lines && lines.length > 0 && <LineErrors of={lines} />}
      <p className="quiet">
        {adviceOf(retry)} Request <CopyableId id={request_id} name="request id" />
      </p>
    </div>
  );
};

const adviceOf = ({ safe, after_seconds: seconds }: Refused['problem']['retry']): string => {
  if (!safe) return 'The same again will not help.';
  return seconds === undefined ? 'The same can be tried again.' : `The same can be tried again in ${seconds} s.`;
};
