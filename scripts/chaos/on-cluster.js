import { Cluster } from './cluster.js';
import { seconds } from './table.js';

/**
 * Does a run's work on a cluster of its own, and ends all of it, whatever happens. `work` gets the cluster and a way to
 * say how far it is, and resolves with whether the promise held. A run that takes longer than `limitMs` hangs.
 */
export async function onCluster(options, { name, limitMs }, work) {
  const startedAt = performance.now();
  const tell = (line) => console.log(`${name} ${seconds(performance.now() - startedAt).padStart(8)}  ${line}`);
  const cluster = await Cluster.open(options);
  const limit = setTimeout(() => {
    console.error(`The run has not ended within ${seconds(limitMs)}: it hangs.`);
    process.exit(1);
  }, limitMs).unref();
  // Whatever ends this process, the reaper ends what it started.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  let kept = options.keep;
  try {
    tell(`seed ${options.seed}: ${cluster.gateways.map((gateway) => gateway.name).join(', ')} are up`);
    const held = await work(cluster, tell);
    kept ||= !held;
    if (kept) console.log(`logs, ledgers and database: ${cluster.folder}`);
    return held;
  } catch (error) {
    kept = true;
    console.error(error);
    console.error(`logs, ledgers and database: ${cluster.folder}`);
    return false;
  } finally {
    clearTimeout(limit);
    await cluster.close({ keep: kept });
  }
}
