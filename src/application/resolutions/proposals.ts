import { AppError } from '../../domain/errors.js';
import type { Resolution } from '../../domain/resolutions/resolution.js';
import type { ResolutionsRepository } from '../../persistence/resolutions/resolutions.repository.js';

/** Throws `resolution_not_found`, and `resolution_closed` for one that nobody can decide on any more. */
export const openProposal = async (resolutions: ResolutionsRepository, id: string): Promise<Resolution> => {
  const found = await resolutions.find(id);
  if (!found) throw new AppError('resolution_not_found', 'There is no such resolution.');
  if (found.state === 'proposed') return found;
  throw closed(found);
};

export const closed = ({ state, orderId }: Pick<Resolution, 'state' | 'orderId'>): AppError =>
  new AppError('resolution_closed', `The decision is ${state} already.`, { orderId });
