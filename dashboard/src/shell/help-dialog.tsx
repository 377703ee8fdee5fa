import { useEffect, useRef } from 'react';
import { wordsOf } from '../parts/values.tsx';
import { REVIEW_REASONS, STATUSES } from '../words.ts';
import { KEYS } from './keyboard.ts';

export const HelpDialog = ({ close }: { close: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help" onClose={close}>
      <header>
        <h2 id="help">Help</h2>
        <button type="button" autoFocus onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div className="columns">
        <section>
          <h3>Keys</h3>
          <dl className="keys">
            {KEYS.map(([keys, does]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <h3>Statuses</h3>
          <Meanings of={STATUSES} />
        </section>
        <section>
          <h3>Why a person must look</h3>
          <Meanings of={REVIEW_REASONS} />
        </section>
      </div>
    </dialog>
  );
};

const Meanings = ({ of }: { of: Readonly<Record<string, { readonly means: string }>> }) => (
  <dl>
    {Object.entries(of).map(([word, { means }]) => (
      <div key={word}>
        <dt>{wordsOf(word)}</dt>
        <dd>{means}</dd>
      </div>
    ))}
  </dl>
);
