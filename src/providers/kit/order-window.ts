import type { OrderWindow } from '../../domain/providers/calls.js';

/** How far a provider's clock may differ from ours: rows this much older than the window may still belong to it. */
export const CLOCK_SKEW_MS = 2 * 60_000;

/** Whether an order created at this time by the provider's clock could be in the window. */
export const couldBeWithin = (window: Pick<OrderWindow, 'createdFrom'>, createdAt: Date): boolean =>
  createdAt.getTime() >= window.createdFrom.getTime() - CLOCK_SKEW_MS;
