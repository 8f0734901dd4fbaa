import type { Clock } from '#kit'
import type { Background } from '#platform/jobs'
import type { Governance } from './governance.ts'
import type { Storage } from './storage.ts'
import type { Streaming } from './streaming.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** What keys, streams, logs, metrics and objects need done now and then. Answers how metrics are brought up to date. */
export function keepUp(
  background: Background,
  { keys, logStore, metrics, measured }: Governance,
  { objects }: Storage,
  { streams }: Streaming,
  clock: Clock,
): () => Promise<void> {
  const flushMetrics = async () => {
    for (const { streamName, shardId, consumerName, ...point } of streams.metrics()) {
      const dimensions = {
        StreamName: streamName,
        ...(shardId === undefined ? {} : { ShardId: shardId }),
        ...(consumerName === undefined ? {} : { ConsumerName: consumerName }),
      }
      measured.add({ ...point, namespace: 'AWS/Kinesis', dimensions, timestampMs: clock.now() })
    }
    await measured.flush()
  }
  background.every('due keys', hour, () => keys.removeDueKeys())
  background.every('stream retention', minute, (signal) => streams.applyRetention(signal))
  background.every('on-demand streams', minute, (signal) => streams.scaleOnDemand(signal))
  background.every('log retention', minute, (signal) => logStore.clean(signal))
  background.every('metrics', minute, flushMetrics)
  background.every('metric retention', hour, (signal) => metrics.clean(signal))
  background.every('object lifecycle', hour, (signal) => objects.applyLifecycle(signal))
  background.every('object tiers', hour, (signal) => objects.tiering.settle(signal))
  background.every('object accesses', minute, () => objects.tiering.accesses.flush())
  background.every('object sweep', hour, (signal) => objects.sweep(signal))
  background.every('object scrub', day, (signal) => objects.scrub(signal))
  return flushMetrics
}
