import type { Browser, Page } from 'playwright-core';
import { DRILLS } from '../../dev/drills/drills.js';
import { Stage, type PlacedOrder, type Situation } from '../../dev/drills/stage.js';
import { alertRules } from '../http/watched-metrics.js';
import type { ServedGateway } from '../http/served-gateway.js';
import { launchBrowser, openPage, type WatchedPage } from './browser.js';
import { newOperator, startForBrowsers } from './staffed-gateway.js';
import { signIn } from './steps.js';

/** What nobody needs more of, from the first screen to the end of it. */
const MOST_CLICKS = 6;

/** Days pass in some of them, step by step, and the gateway looks in each. */
jest.setTimeout(90_000);

const WHY = 'As the provider has told us, see the ticket.';

/** Each drill is solved by people who know only what is on the screen, and what the provider has told them. */
describe('an approver solves in at most six clicks', () => {
  let gateway: ServedGateway;
  let browser: Browser;
  let stage: Stage;
  let keys: readonly [ann: string, ben: string];
  beforeAll(async () => {
    gateway = await startForBrowsers(() => Promise.resolve({ role: 'all' }));
    browser = await launchBrowser();
    keys = [await newOperator(gateway, 'Ann'), await newOperator(gateway, 'Ben')];
    stage = new Stage(
      gateway.url,
      await gateway.newKey(['orders:write', 'orders:read']),
      gateway.sandbox.variables(),
      (sql, values) => gateway.rows(sql, values),
    );
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });
  beforeEach(async () => {
    await stage.mendAll();
    await gateway.forgetPauses();
  });

  const make = async (name: string): Promise<Situation & { readonly id: string }> => {
    const made = await DRILLS[name]?.make(stage);
    if (!made) throw new Error('there is no such drill');
    return { ...made, id: made.order ?? '' };
  };

  /** A person at the first screen, whose clicks are counted. */
  const asPerson = async (key: string, act: (page: Page, click: Click) => Promise<void>, path = '/ops') => {
    const { page, faults }: WatchedPage = await openPage(browser, gateway.url);
    await signIn(page, key, path);
    let clicks = 0;
    await act(page, async (target) => {
      clicks++;
      await target.click();
    });
    expect(clicks).toBeLessThanOrEqual(MOST_CLICKS);
    expect(faults).toEqual([]);
    await page.context().close();
  };

  const open = async (page: Page, click: Click, id: string): Promise<void> => {
    await click(page.getByRole('link', { name: id }));
    await page.getByRole('region', { name: 'Timeline' }).waitFor();
  };

  /** From the first screen to the decision: it is carried out, or waits for a second person. */
  const decide = (id: string, decision: string, evidence: Evidence = {}): Promise<void> =>
    asPerson(keys[0], async (page, click) => {
      await open(page, click, id);
      await click(page.getByRole('link', { name: 'Resolve…' }));
      await click(page.getByRole('radio', { name: decision }));
      for (const [field, text] of Object.entries(evidence)) await page.getByLabel(field).fill(text);
      await page.getByLabel('Why, for those who ask in a year').fill(WHY);
      await click(page.getByRole('button', { name: 'Check' }));
      const act = page.locator('button.grave');
      await act.waitFor();
      const typed = page.getByLabel('The last four characters of the order');
      if ((await typed.count()) > 0) await typed.fill(id.slice(-4));
      await click(act);
      await page.getByRole('heading', { name: /^(Done|Proposed)$/ }).waitFor();
    });

  const approve = (id: string): Promise<void> =>
    asPerson(keys[1], async (page, click) => {
      await click(page.getByRole('link', { name: /^Approvals/ }));
      await click(page.getByRole('row', { name: id }).getByRole('link').first());
      await page.getByLabel('What you have looked at').fill('I have read the same.');
      await click(page.getByRole('button', { name: 'Approve' }));
      await page.getByText('When decided on').waitFor();
    });

  const decideByTwo = async (id: string, decision: string, evidence: Evidence = {}): Promise<void> => {
    await decide(id, decision, evidence);
    await approve(id);
  };

  const standing = ({ status, review }: PlacedOrder) => [status, review?.reason ?? null];
  const now = async (id: string) => standing(await stage.read(id));
  const boughtFor = (id: string): number => gateway.purchasesOf(id).length;
  const paid = (payment: string): number =>
    gateway.sandbox.carbonmark.purchases().filter((entry) => entry.id === payment).length;

  it('in-doubt, by one read of the provider', async () => {
    const { id } = await make('in-doubt');
    expect(await now(id)).toEqual(['in_doubt', null]);
    await asPerson(keys[0], async (page, click) => {
      await click(page.getByText('in doubt for less than 30 minutes: the gateway is at it'));
      await open(page, click, id);
      await click(page.getByRole('button', { name: 'Read the provider now' }));
      // A worker looks for it, and the page asks every ten seconds.
      await page.getByRole('heading', { level: 1 }).getByText('placed').waitFor({ timeout: 20_000 });
    });
    expect([await now(id), boughtFor(id)]).toEqual([['placed', null], 1]);
  });

  it('unproven-outcome, because the list of the provider proves it now', async () => {
    const { id } = await make('unproven-outcome');
    await decide(id, 'end not bought');
    expect([await now(id), boughtFor(id)]).toEqual([['failed', null], 0]);
  });

  it('vanished, on the word of the provider', async () => {
    const { id } = await make('vanished');
    await decideByTwo(id, 'end undone', STATED);
    expect(await now(id)).toEqual(['cancelled', null]);
    const kinds = gateway.sandbox.oneTribe.ledger
      .entries()
      .flatMap(({ reference, kind }) => (reference === id ? kind : []));
    expect(kinds).toEqual(['transaction_created', 'transaction_vanished']);
  });

  it('bought-twice, with the second purchase refunded', async () => {
    const { id, told } = await make('bought-twice');
    await decideByTwo(id, 'compensation done', { ...STATED, 'Those that were refunded': idIn(told, /tx-\w+/) });
    expect([(await now(id))[1], boughtFor(id)]).toEqual([null, 2]);
  });

  it('orphan-purchase, which the tenant keeps', async () => {
    const { id, told } = await make('orphan-purchase');
    await decideByTwo(id, 'compensation done', { ...STATED, 'Those that are kept': idIn(told, /\w+_sandbox/) });
    expect([await now(id), boughtFor(id)]).toEqual([['failed', null], 1]);
  });

  it('answer-disagrees, by taking the difference as it is', async () => {
    const { id } = await make('answer-disagrees');
    await decideByTwo(id, 'accept difference', STATED);
    expect([(await now(id))[1], boughtFor(id)]).toEqual([null, 1]);
  });

  it('unreadable-answer, by a read once the provider has mended it', async () => {
    const { id } = await make('unreadable-answer');
    await stage.cnaught.mend();
    await asPerson(keys[0], async (page, click) => {
      await open(page, click, id);
      await click(page.getByRole('button', { name: 'Read the provider now' }));
      await page.locator('p.review').waitFor({ state: 'detached' });
    });
    expect([(await now(id))[1], boughtFor(id)]).toEqual([null, 1]);
  });

  it('submission-keeps-failing, which was never sent', async () => {
    const { id } = await make('submission-keeps-failing');
    await decide(id, 'end not bought');
    expect([await now(id), boughtFor(id)]).toEqual([['failed', null], 0]);
  });

  it('paid-twice, with the second payment refunded', async () => {
    const { id, told } = await make('paid-twice');
    const second = idIn(told, /pay_\w+/);
    await decideByTwo(id, 'compensation done', { ...STATED, 'Those that were refunded': second });
    expect([(await now(id))[1], paid(second)]).toEqual([null, 1]);
  });

  it('payment-disputed, by closing the page that nobody has paid, and seeing the other', async () => {
    const { id, told } = await make('payment-disputed');
    const other = idIn(told, /ord_\w+/);
    await decideByTwo(id, 'close unpaid page', STATED);
    await decideByTwo(other, 'acknowledge');
    expect([await now(id), (await now(other))[1]]).toEqual([['expired', null], null]);
    expect(paid((await stage.read(other)).provider_order_id ?? '')).toBe(1);
  });

  it.each(['payment-unconfirmed', 'too-many-claims'])('%s, with the payment that the provider shows', async (name) => {
    const { id, told } = await make(name);
    const payment = idIn(told, /pay_\w+/);
    await decide(id, 'adopt payment', { 'The provider’s id of the purchase or payment': payment });
    expect([(await now(id))[1], (await stage.read(id)).provider_order_id, paid(payment)]).toEqual([null, payment, 1]);
  });

  it('retirement-failed, with the payment refunded', async () => {
    const { id, told } = await make('retirement-failed');
    const payment = idIn(told, /pay_\w+/);
    await decideByTwo(id, 'compensation done', { ...STATED, 'Those that were refunded': payment });
    expect([await now(id), paid(payment)]).toEqual([['failed', null], 1]);
  });

  it.each(['contradicting-end', 'undone-after-retirement'])('%s, once the provider has mended it', async (name) => {
    const { id } = await make(name);
    await decide(id, 'acknowledge');
    expect([(await now(id))[1], paid((await stage.read(id)).provider_order_id ?? '')]).toEqual([null, 1]);
  });

  it.each(['credentials', 'outage', 'quota'])('%s, which ends by itself once the provider is back', async (name) => {
    const { id } = await make(name);
    const provider = name === 'outage' ? 'CNaught' : 'One Tribe';
    const why =
      { credentials: 'paused: credentials', outage: 'paused: unavailable', quota: 'blocked, free' }[name] ?? '';
    await asPerson(keys[0], async (page, click) => {
      await click(page.getByRole('link', { name: /^Providers/ }));
      const card = page.getByRole('region', { name: provider });
      const state = card.getByText(why).first();
      await state.waitFor();
      await stage.mendAll();
      await stage.letTimePass(5 * 60_000);
      await state.waitFor({ state: 'detached', timeout: 40_000 });
    });
    if (id !== '') await stage.until(id, ({ status }) => status === 'placed', { stepMs: 5_000 });
    if (id !== '') expect(boughtFor(id)).toBe(1);
  });

  it('whatever an alert leads to, in one', async () => {
    const { page, faults } = await openPage(browser, gateway.url);
    await signIn(page, keys[0]);
    const links = new Set(alertRules().map(({ annotations }) => annotations.dashboard));
    for (const link of links) {
      const words = { reason: 'bought_twice', provider: 'cnaught', type: 'ledger_disagrees' };
      await page.goto(
        link.replaceAll(/\{\{ \$labels\.(reason|provider|type) \}\}/g, (_, name: 'reason') => words[name]),
      );
      await page.locator('main h1').waitFor();
      expect([
        link,
        await page.getByRole('alert').count(),
        await page.getByText('There is no such page').count(),
      ]).toEqual([link, 0, 0]);
    }
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

type Click = (target: { click(): Promise<void> }) => Promise<void>;
/** What is typed, by the label of the field. */
type Evidence = Readonly<Record<string, string>>;

const STATED: Evidence = {
  'Who stated it': 'support@provider.example',
  'When it was received': '2026-11-20T09:30',
  'What they wrote': 'We have looked into it, and it is as you say.',
};

const idIn = (told: readonly string[], pattern: RegExp): string => pattern.exec(told.join(' '))?.[0] ?? '';
