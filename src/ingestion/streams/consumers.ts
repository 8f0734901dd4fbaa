import { isCommitted } from './commitments.ts'
import { StreamErrors } from './errors.ts'
import { streamKey, streamNotFound, type LiveStream, type StreamParts } from './registry.ts'
import { consumerArn, countConsumers, findConsumer, findStream, pageOfConsumers } from './store.ts'
import { parseArn, type Consumer, type Stream, type StreamScope } from './stream.ts'
import { withTags } from './stream-rules.ts'
import type { StreamTables } from './tables.ts'

/** https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html */
const consumersMax = 20
/** Of an on-demand stream, while its account has a commitment. */
const committedConsumersMax = 50

/** A consumer by its ARN, or by its name and its stream's ARN. */
export interface ConsumerReference {
  readonly arn?: string
  readonly streamArn?: string
  readonly name?: string
}

/** Registered consumers: who may have records pushed. */
export function consumerRegister(parts: StreamParts) {
  const { database, clock, registry } = parts
  const read = () => database.tables<StreamTables>()

  async function streamOf(db: ReturnType<typeof read>, scope: StreamScope, arn: string) {
    const key = streamKey(scope, { arn })
    const stream = await findStream(db, key)
    if (!stream || stream.status === 'DELETING') throw streamNotFound(key)
    return stream
  }

  async function register(
    scope: StreamScope,
    input: {
      readonly streamArn: string
      readonly name: string
      readonly tags: Readonly<Record<string, string>>
    },
  ): Promise<Consumer> {
    const createdAtMs = clock.now()
    return database.transaction(async (tx) => {
      const db = tx.tables<StreamTables>()
      const stream = await streamOf(db, scope, input.streamArn)
      const tags = withTags({ ...stream, name: input.name }, {}, input.tags)
      if (await findConsumer(db, stream, input.name)) {
        throw StreamErrors.StreamInUse(
          `Consumer ${input.name} under stream ${stream.name} already exists for account ${stream.accountId}.`,
        )
      }
      const isWide = stream.mode === 'ON_DEMAND' && (await isCommitted(db, stream, createdAtMs))
      const max = isWide ? committedConsumersMax : consumersMax
      if ((await countConsumers(db, stream)) >= max) {
        throw StreamErrors.StreamLimitExceeded(
          `Stream ${stream.name} under account ${stream.accountId} may have ${max} consumers.`,
        )
      }
      await db
        .insertInto('streams_consumers')
        .values({
          log_id: stream.logId,
          name: input.name,
          created_at_ms: createdAtMs,
          tags: JSON.stringify(tags),
        })
        .execute()
      return {
        name: input.name,
        arn: consumerArn(stream, input.name, createdAtMs),
        streamArn: stream.arn,
        createdAtMs,
        tags,
      }
    })
  }

  async function locate(
    db: ReturnType<typeof read>,
    scope: StreamScope,
    reference: ConsumerReference,
  ): Promise<{ readonly stream: Stream; readonly consumer: Consumer }> {
    const parsed = reference.arn === undefined ? undefined : parseArn(reference.arn)
    if (reference.arn !== undefined && !parsed?.consumer) {
      throw StreamErrors.InvalidArgument(`Invalid ConsumerARN: ${reference.arn}`)
    }
    const name = reference.name ?? parsed?.consumer?.name
    const streamArn = reference.streamArn ?? reference.arn
    if (name === undefined || streamArn === undefined) {
      throw StreamErrors.InvalidArgument(
        'Either ConsumerARN or both ConsumerName and StreamARN should be provided.',
      )
    }
    const stream = await streamOf(db, scope, streamArn)
    const consumer = await findConsumer(db, stream, name)
    // The ARN of a consumer that was deregistered never means the next one of that name.
    if (!consumer || (reference.arn !== undefined && consumer.arn !== reference.arn)) {
      throw StreamErrors.ConsumerNotFound(
        `Consumer ${reference.arn ?? name} in stream ${stream.name} under account ${stream.accountId} not found.`,
      )
    }
    return { stream, consumer }
  }

  return {
    register,
    find: async (scope: StreamScope, reference: ConsumerReference) =>
      (await locate(read(), scope, reference)).consumer,
    count: (stream: Stream) => countConsumers(read(), stream),
    /** In the order of their names. */
    list: async (scope: StreamScope, streamArn: string, afterName: string, limit: number) => {
      const stream = await streamOf(read(), scope, streamArn)
      return { stream, consumers: await pageOfConsumers(read(), stream, afterName, limit) }
    },
    deregister: async (scope: StreamScope, reference: ConsumerReference): Promise<Consumer> => {
      const removed = await database.transaction(async (tx) => {
        const db = tx.tables<StreamTables>()
        const { stream, consumer } = await locate(db, scope, reference)
        await db
          .deleteFrom('streams_consumers')
          .where('log_id', '=', stream.logId)
          .where('name', '=', consumer.name)
          .execute()
        await db.deleteFrom('streams_policies').where('arn', '=', consumer.arn).execute()
        return consumer
      })
      registry.forget(streamKey(scope, { arn: removed.streamArn }))
      return removed
    },
    changeTags: (
      scope: StreamScope,
      arn: string,
      decide: (consumer: Consumer) => Readonly<Record<string, string>>,
    ): Promise<void> =>
      database.transaction(async (tx) => {
        const db = tx.tables<StreamTables>()
        const { stream, consumer } = await locate(db, scope, { arn })
        await db
          .updateTable('streams_consumers')
          .set({ tags: JSON.stringify(decide(consumer)) })
          .where('log_id', '=', stream.logId)
          .where('name', '=', consumer.name)
          .execute()
      }),
  }
}

/** Resource policies, kept for the stream or consumer that an ARN names. */
export function policyRegister(parts: StreamParts, consumers: ReturnType<typeof consumerRegister>) {
  const { database, registry } = parts

  /** The log under which the ARN's policy is kept; throws when what it names is not there. */
  async function ownerOf(scope: StreamScope, arn: string): Promise<string> {
    const { stream } = await registry.live(scope, { arn })
    if (parseArn(arn)?.consumer) await consumers.find(scope, { arn })
    return stream.logId
  }

  /** By stream as it is now: gone with the first change of it, or of a policy of its. */
  const known = new WeakMap<LiveStream, Map<string, string | undefined>>()
  const forget = (scope: StreamScope, arn: string) => registry.forget(streamKey(scope, { arn }))
  const read = async (arn: string) => {
    const row = await database
      .tables<StreamTables>()
      .selectFrom('streams_policies')
      .select('policy')
      .where('arn', '=', arn)
      .executeTakeFirst()
    return row?.policy
  }

  return {
    /** What decides about each request: the policy of a stream or a consumer, remembered. Error: `StreamNotFound`. */
    current: async (scope: StreamScope, arn: string): Promise<string | undefined> => {
      const live = await registry.live(scope, { arn })
      const policies = known.get(live) ?? new Map<string, string | undefined>()
      if (policies.has(arn)) return policies.get(arn)
      const policy = await read(arn)
      // ARNs of consumers that are not there are not kept.
      if (policy !== undefined || arn === live.stream.arn) policies.set(arn, policy)
      known.set(live, policies)
      return policy
    },
    put: async (scope: StreamScope, arn: string, policy: string): Promise<void> => {
      const logId = await ownerOf(scope, arn)
      await database.transaction(async (tx) => {
        await tx
          .tables<StreamTables>()
          .insertInto('streams_policies')
          .values({ arn, log_id: logId, policy })
          .onConflict((conflict) => conflict.column('arn').doUpdateSet({ policy }))
          .execute()
      })
      forget(scope, arn)
    },
    /** Undefined when there is none. */
    get: async (scope: StreamScope, arn: string): Promise<string | undefined> => {
      await ownerOf(scope, arn)
      return read(arn)
    },
    remove: async (scope: StreamScope, arn: string): Promise<void> => {
      await ownerOf(scope, arn)
      const removed = await database.transaction((tx) =>
        tx
          .tables<StreamTables>()
          .deleteFrom('streams_policies')
          .where('arn', '=', arn)
          .returning('arn')
          .executeTakeFirst(),
      )
      forget(scope, arn)
      if (!removed) throw StreamErrors.PolicyNotFound(`No resource policy found for ${arn}.`)
    },
  }
}
