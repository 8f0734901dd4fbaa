import { silentLogger, systemClock, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import { commitmentRegister } from './commitments.ts'
import { countedChanges } from './counted-changes.ts'
import { consumerRegister, policyRegister, type ConsumerReference } from './consumers.ts'
import { management } from './manage.ts'
import { Meters } from './meters.ts'
import { onDemandScaling } from './on-demand.ts'
import { putColumns, putRecords } from './put.ts'
import { Quotas } from './quotas.ts'
import { readers } from './read.ts'
import { StreamRegistry, type StreamParts } from './registry.ts'
import { resharding } from './reshard.ts'
import { shardReader } from './shard-reader.ts'
import { SealedTokens } from './sealed-token.ts'
import { setting } from './store.ts'
import type { StreamScope } from './stream.ts'
import type { StreamLog } from './stream-log.ts'
import { subscriptions } from './subscribe.ts'
import type { StreamTables } from './tables.ts'
import { WriteGates } from './write-gates.ts'

export interface StreamsOptions {
  readonly database: Database
  readonly log: StreamLog
  readonly clock?: Clock
  readonly logger?: Logger
  /** Enforces AWS's limits on throughput; without it the machine is the limit. */
  readonly quotas?: boolean
}

export type Streams = Awaited<ReturnType<typeof createStreams>>

/** Data streams: their shards and settings in the database, their records in the log. */
export async function createStreams(options: StreamsOptions) {
  const { database, log } = options
  const key = await database.transaction((tx) =>
    setting(tx.tables<StreamTables>(), 'token-key', SealedTokens.newKey()),
  )
  const clock = options.clock ?? systemClock
  const parts: StreamParts = {
    database,
    log,
    clock,
    logger: options.logger ?? silentLogger(),
    tokens: new SealedTokens(key),
    registry: new StreamRegistry(database),
    meters: new Meters(clock),
    ...(options.quotas ? { quotas: new Quotas(clock) } : {}),
  }
  const gates = new WriteGates()
  const put = putColumns(parts, gates)
  const reader = shardReader(parts)
  const consumers = consumerRegister(parts)
  const { subscribe, checkSubscription, endOf } = subscriptions(parts, reader, consumers)
  const { recover, ...managed } = management(parts, gates)
  const { reshape, ...reshard } = resharding(parts, gates)
  const { scale, warm } = onDemandScaling(parts, reshape)
  await recover()
  return {
    ...managed,
    ...countedChanges(parts, managed.change),
    ...readers(parts, reader),
    subscribe,
    checkSubscription,
    putColumns: put,
    put: putRecords(put),
    reshard,
    scaleOnDemand: scale,
    warm,
    consumers: {
      ...consumers,
      deregister: async (scope: StreamScope, reference: ConsumerReference): Promise<void> => {
        endOf((await consumers.deregister(scope, reference)).arn)
      },
    },
    policies: policyRegister(parts, consumers),
    commitments: commitmentRegister(parts),
    /** Counts a call of an account in a region; false when AWS's limit a second is reached and enforced. */
    mayCall: (scope: StreamScope, operation: string, perSecond: number) =>
      parts.quotas?.mayCall(scope, operation, perSecond) ?? true,
    /** What CloudWatch is to be told: all that was measured since the last call. */
    metrics: () => parts.meters.take(),
    /** Opaque page tokens of the lists. */
    tokens: parts.tokens,
  }
}
