import { Link } from '@tanstack/react-router';

export const NotFound = () => (
  <>
    <h1>There is no such page</h1>
    <p>
      <Link to="/">Attention</Link> shows what waits for somebody.
    </p>
  </>
);
