/**
 * What the work comes to, or what `late` returns (or throws) if that takes longer than `ms`. The work goes on, and what
 * it comes to then is nobody's: it must not need to be heard.
 */
export const within = async <Done, Late>(ms: number, work: Promise<Done>, late: () => Late): Promise<Done | Late> => {
  const isOver = Symbol('over');
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<typeof isOver>((resolve) => (timer = setTimeout(() => resolve(isOver), ms)));
  const first = await Promise.race([work, over]).finally(() => clearTimeout(timer));
  return first === isOver ? late() : (first as Done);
};
