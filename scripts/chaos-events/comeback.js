/**
 * The dead receiver is there again, and its tenant has sent once more what was given up, and what was not even queued while
 * the endpoint was disabled. Resolves with what that was.
 */
export async function comeBack(receiver, { since }, database) {
  const { tenant, endpointId } = receiver;
  const path = `/v1/webhook-endpoints/${endpointId}`;
  const [{ dead, disabled_reason: reason }] = await database.rows(
    `SELECT (SELECT count(*)::int FROM webhook_deliveries WHERE endpoint_id = e.id AND state = 'dead') AS dead, disabled_reason
     FROM webhook_endpoints e WHERE e.id = $1`,
    [endpointId],
  );
  await receiver.listen();
  await tenant.call('PATCH', path, { enabled: true });
  const replayed = {};
  for (const only of ['failed', 'missing'])
    replayed[only] = (await tenant.call('POST', `${path}/replay`, { since, only })).queued;
  return `${dead} dead letters, disabled: ${reason ?? 'no'}; back again, ${replayed.failed} queued anew and ${replayed.missing} for the first time`;
}
