export { BreakPage } from './breaks/break-page.tsx';
export { BreaksPage } from './breaks/breaks-page.tsx';
export { MonthPage } from './months/month-page.tsx';
export { MonthsPage } from './months/months-page.tsx';
export { RunPage } from './runs/run-page.tsx';
export { RunsPage } from './runs/runs-page.tsx';
export { StatementPage } from './statements/statement-page.tsx';
export { StatementsPage } from './statements/statements-page.tsx';
