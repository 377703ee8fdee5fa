import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AttentionPage } from './attention/attention-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { DeliveriesPage } from './deliveries/deliveries-page.tsx';
import { DeliveryPage } from './deliveries/delivery-page.tsx';
import { EndpointPage } from './deliveries/endpoint-page.tsx';
import { OrderPage } from './orders/order-page.tsx';
import { OrdersPage } from './orders/orders-page.tsx';
import { ProviderPage } from './providers/provider-page.tsx';
import { ProvidersPage } from './providers/providers-page.tsx';
import { ApprovalPage } from './approvals/approval-page.tsx';
import { ApprovalsPage } from './approvals/approvals-page.tsx';
import { ResolvePage } from './resolve/resolve-page.tsx';
import { Frame } from './shell/frame.tsx';
import { NotFound } from './shell/not-found.tsx';
import { BudgetsPage } from './budgets/budgets-page.tsx';
import { SwitchesPage } from './switches/switches-page.tsx';
import { searchFrom, textOf } from './shell/search.ts';

/** Only what a screen knows, so that an address says what is shown. */
const known =
  <Name extends string>(...names: readonly Name[]) =>
  (search: Record<string, unknown>): { [N in Name]?: string | undefined } =>
    Object.fromEntries(
      names.flatMap((name) => (typeof search[name] === 'string' && search[name] !== '' ? [[name, search[name]]] : [])),
    ) as { [N in Name]?: string | undefined };

/** Few who sign in open these: their code comes with the first of them. */
const financeScreens = () => import('./finance/screens.ts');

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const attention = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: AttentionPage,
  validateSearch: known('reason', 'provider', 'owner', 'cursor'),
});
const orders = createRoute({
  getParentRoute: () => root,
  path: '/orders',
  component: OrdersPage,
  validateSearch: known('q', 'status', 'provider', 'tenant_id', 'reason', 'created_from', 'created_to', 'cursor'),
});
const order = createRoute({
  getParentRoute: () => root,
  path: '/orders/$id',
  component: OrderPage,
  validateSearch: known('show'),
});
const resolve = createRoute({
  getParentRoute: () => root,
  path: '/orders/$id/resolve',
  component: ResolvePage,
  validateSearch: known('decision'),
});
const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  component: ApprovalsPage,
  validateSearch: known('state', 'cursor'),
});
const approval = createRoute({ getParentRoute: () => root, path: '/approvals/$id', component: ApprovalPage });
const providers = createRoute({ getParentRoute: () => root, path: '/providers', component: ProvidersPage });
const provider = createRoute({ getParentRoute: () => root, path: '/providers/$id', component: ProviderPage });
const switches = createRoute({
  getParentRoute: () => root,
  path: '/switches',
  component: SwitchesPage,
  validateSearch: known('provider', 'cursor'),
});
const budgets = createRoute({
  getParentRoute: () => root,
  path: '/budgets',
  component: BudgetsPage,
  validateSearch: known('period', 'cursor'),
});
const deliveries = createRoute({
  getParentRoute: () => root,
  path: '/deliveries',
  component: DeliveriesPage,
  validateSearch: known('state', 'endpoint_id', 'order_id', 'tenant_id', 'cursor'),
});
const delivery = createRoute({ getParentRoute: () => root, path: '/deliveries/$id', component: DeliveryPage });
const endpoint = createRoute({ getParentRoute: () => root, path: '/endpoints/$id', component: EndpointPage });
const finance = createRoute({
  getParentRoute: () => root,
  path: '/finance',
  component: lazyRouteComponent(financeScreens, 'MonthsPage'),
});
const month = createRoute({
  getParentRoute: () => root,
  path: '/finance/months/$id',
  component: lazyRouteComponent(financeScreens, 'MonthPage'),
  validateSearch: known('by', 'cursor'),
});
const statements = createRoute({
  getParentRoute: () => root,
  path: '/finance/statements',
  component: lazyRouteComponent(financeScreens, 'StatementsPage'),
  validateSearch: known('provider', 'document', 'status', 'cursor'),
});
const statement = createRoute({
  getParentRoute: () => root,
  path: '/finance/statements/$id',
  component: lazyRouteComponent(financeScreens, 'StatementPage'),
  validateSearch: known('cursor'),
});
const breaks = createRoute({
  getParentRoute: () => root,
  path: '/finance/breaks',
  component: lazyRouteComponent(financeScreens, 'BreaksPage'),
  validateSearch: known('status', 'type', 'severity', 'provider', 'period', 'cursor'),
});
const oneBreak = createRoute({
  getParentRoute: () => root,
  path: '/finance/breaks/$id',
  component: lazyRouteComponent(financeScreens, 'BreakPage'),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: '/finance/runs',
  component: lazyRouteComponent(financeScreens, 'RunsPage'),
  validateSearch: known('provider', 'period', 'status', 'cursor'),
});
const run = createRoute({
  getParentRoute: () => root,
  path: '/finance/runs/$id',
  component: lazyRouteComponent(financeScreens, 'RunPage'),
  validateSearch: known('cursor'),
});
const pools = createRoute({
  getParentRoute: () => root,
  path: '/finance/pools',
  component: lazyRouteComponent(financeScreens, 'PoolsPage'),
  validateSearch: known('provider', 'status', 'cursor'),
});
const pool = createRoute({
  getParentRoute: () => root,
  path: '/finance/pools/$id',
  component: lazyRouteComponent(financeScreens, 'PoolPage'),
  validateSearch: known('cursor'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  component: AuditPage,
  validateSearch: known('operator_id', 'act', 'subject', 'from', 'to', 'cursor'),
});
const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  component: lazyRouteComponent(() => import('./admin/admin-page.tsx'), 'AdminPage'),
  validateSearch: known('show', 'cursor'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    attention,
    orders,
    order,
    resolve,
    approvals,
    approval,
    providers,
    provider,
    switches,
    budgets,
    deliveries,
    delivery,
    endpoint,
    finance,
    month,
    statements,
    statement,
    breaks,
    oneBreak,
    runs,
    run,
    pools,
    pool,
    audit,
    admin,
  ]),
  basepath: '/ops',
  // Every value is a text: the usual way makes a number of an id that looks like one.
  parseSearch: searchFrom,
  stringifySearch: textOf,
  defaultPreload: false,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
