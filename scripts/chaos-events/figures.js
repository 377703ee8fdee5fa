/** What is told about a run beside its verdict. */
export function figuresOf(evidence, stage, { events, kills }) {
  return {
    wanted: { events, kills },
    ...stage,
    firstTries: firstTries(evidence),
    arrivedAgain: evidence.deliveries.filter((one) => arrivals(evidence, one) > 1).length,
  };
}

/** From each event to its first request, in milliseconds, by the name of the receiver; not of the one that was away. */
function firstTries(evidence) {
  const times = new Map();
  for (const [, [{ id, receiver, startedAt }]] of evidence.requestsOf) {
    const event = evidence.eventOf.get(id);
    if (event === undefined || receiver.isDead) continue;
    const list = times.get(receiver.name) ?? [];
    list.push(startedAt - event.occurred_at.getTime());
    times.set(receiver.name, list);
  }
  return times;
}

const arrivals = (evidence, delivery) =>
  evidence.requestsFor(delivery).filter(({ answered }) => answered >= 200 && answered < 300).length;
