import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';

/** Finds an order by any id that people come with. */
export const SearchBox = () => {
  const navigate = useNavigate();
  const search = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const wanted = new FormData(form).get('q');
    if (typeof wanted !== 'string' || wanted.trim() === '') return;
    form.reset();
    (document.activeElement as HTMLElement | null)?.blur();
    void navigate({ to: '/orders', search: { q: wanted.trim() } });
  };
  return (
    <form role="search" className="search" onSubmit={search}>
      <input
        id="search"
        name="q"
        type="search"
        aria-label="Find an order"
        placeholder="Order id, provider’s id, reference, idempotency key or payment id   /"
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
      />
    </form>
  );
};
