import type { Stream, Streams } from '#ingestion/streams'
import type { Transaction } from '#platform/database'
import type { Delivery } from '../delivery.ts'
import { DeliveryErrors } from '../errors.ts'
import type { DeliveryScope, DeliverySettings, DeliverySource, DeliveryStream } from '../records.ts'
import { tablesOf } from '../tables.ts'
import {
  channelNameOf,
  channelNames,
  channelRef,
  isChannel,
  parseChannelArn,
  type Channel,
} from './channel.ts'

export interface NewChannel {
  /** Made by whoever describes it: its id is part of names and of its ARN. */
  readonly id: string
  readonly name: string
  readonly stream: Stream
  readonly roleArn: string
  readonly settings: DeliverySettings
  readonly description: DeliveryStream['description']
  readonly tags: DeliveryStream['tags']
}

/** The channels of data streams. Errors: `DeliveryErrors`. */
export interface Channels {
  /** Delivers what comes from now on. Errors: `DeliveryStreamExists`, `DeliveryLimitExceeded`, `StreamProvisioned`, and those of the stream. */
  create(scope: DeliveryScope, input: NewChannel): Promise<Channel>
  /** Error: `DeliveryStreamNotFound`. */
  find(scope: DeliveryScope, arn: string): Channel
  /** By name; only those of certain streams when `isOf` is given. */
  list(
    scope: DeliveryScope,
    page: {
      readonly limit: number
      readonly after?: string | undefined
      readonly isOf?: (source: Channel['source']) => boolean
    },
  ): readonly Channel[]
  /** Errors: `DeliveryStreamNotFound`, `DeliveryVersionMismatch` when it was changed at the same time. */
  update(
    scope: DeliveryScope,
    arn: string,
    change: (channel: Channel) => Pick<NewChannel, 'settings' | 'description'>,
  ): Promise<Channel>
  changeTags(
    scope: DeliveryScope,
    arn: string,
    change: (channel: Channel) => DeliveryStream['tags'],
  ): Promise<void>
  /** What was not delivered yet stays in the stream. */
  remove(scope: DeliveryScope, arn: string): Promise<void>
  /** In the transaction that removes a stream. Error: `ChannelsRemain`. */
  mustHaveNone(tx: Transaction, stream: Stream): Promise<void>
}

/** One to a bucket, one to a table: https://docs.aws.amazon.com/streams/latest/dev/data-delivery-quotas.html */
const channelsOfStreamMax = 1

export function createChannels(delivery: Delivery, streams: Pick<Streams, 'findWithin'>): Channels {
  const find: Channels['find'] = (scope, arn) => {
    const parsed = parseChannelArn(arn)
    const found = parsed && delivery.byId(parsed.id)
    const isOwn = parsed?.accountId === scope.accountId && parsed.region === scope.region
    if (found && isOwn && isWithin(scope, found) && isChannel(found)) return found
    throw DeliveryErrors.DeliveryStreamNotFound(
      `Channel ${arn} under account ${scope.accountId} not found.`,
    )
  }

  /** The stream as it is in the transaction that makes its channel. */
  async function check(tx: Transaction, scope: DeliveryScope, stream: Stream): Promise<void> {
    const { status, mode, logId } = await streams.findWithin(tx, scope, { arn: stream.arn })
    if (status !== 'ACTIVE' || logId !== stream.logId) {
      throw DeliveryErrors.StreamNotReady(
        `Stream ${stream.name} under account ${scope.accountId} not ACTIVE, instead in state ${status}`,
      )
    }
    if (mode !== 'ON_DEMAND') {
      throw DeliveryErrors.StreamProvisioned(
        'This operation is only supported for data streams with the on-demand capacity mode.',
      )
    }
    if ((await countOf(tx, scope, stream.arn)) >= channelsOfStreamMax) {
      throw DeliveryErrors.DeliveryLimitExceeded(
        `Stream ${stream.name} under account ${scope.accountId} may have ${channelsOfStreamMax} channel that delivers to a general purpose bucket.`,
      )
    }
  }

  return {
    find,
    create: async (scope, { name, stream, roleArn, ...input }) => {
      const channel = { streamCreatedMs: stream.createdAtMs }
      const made = await delivery.create(channelRef(scope, name), {
        ...input,
        source: { kind: 'stream', stream: stream.arn, roleArn, channel },
        encryption: {},
        check: (tx) => check(tx, scope, stream),
      })
      return made as Channel
    },
    list: (scope, { limit, after, isOf }) =>
      delivery
        .list(scope, {
          limit: Infinity,
          source: 'channel',
          ...(after === undefined ? {} : { after: channelRef(scope, after).name }),
        })
        .filter(isChannel)
        .filter(({ source }) => isOf?.(source) ?? true)
        .slice(0, limit),
    update: async (scope, arn, change) => {
      const channel = find(scope, arn)
      const next = { ...change(channel), expectedVersion: channel.version }
      return (await delivery.update(channel, next)) as Channel
    },
    changeTags: async (scope, arn, change) => {
      const channel = find(scope, arn)
      await delivery.changeTags(channel, (tags) => change({ ...channel, tags }))
    },
    remove: (scope, arn) => delivery.remove(find(scope, arn)),
    mustHaveNone: async (tx, stream) => {
      if ((await countOf(tx, stream, stream.arn)) === 0) return
      throw DeliveryErrors.ChannelsRemain(
        `Stream ${stream.name} under account ${stream.accountId} has channels. Delete them first.`,
      )
    },
  }
}

function isWithin(scope: DeliveryScope, stream: DeliveryStream): boolean {
  return stream.accountId === scope.accountId && stream.region === scope.region
}

/** The channels of a stream, as a transaction sees them. */
async function countOf(tx: Transaction, scope: DeliveryScope, arn: string): Promise<number> {
  const rows = await tablesOf(tx)
    .selectFrom('delivery_streams')
    .select('source')
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region)
    .where('name', '>=', channelNames.from)
    .where('name', '<', channelNames.to)
    .execute()
  const sources = rows.map(({ source }) => JSON.parse(source) as DeliverySource)
  return sources.filter((source) => source.kind === 'stream' && source.stream === arn).length
}

/** A channel's own name. */
export function nameOfChannel(channel: Channel): string {
  return channelNameOf(channel)!
}
