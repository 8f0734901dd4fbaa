import { streamArn, type Streams } from '#ingestion/streams'
import type { AuthorizationRequest } from '#protocol/aws'
import { streamOfPage } from './page-token.ts'

/** The stream behind a shard iterator, or behind the token of a further page of its shards; undefined when the input itself tells. */
export function streamResources(streams: Pick<Streams, 'streamNameOf' | 'tokens'>) {
  return (call: AuthorizationRequest): readonly string[] | undefined => {
    const input = (call.input ?? {}) as Readonly<Record<string, unknown>>
    const { ShardIterator: iterator, NextToken: token } = input
    const name =
      typeof iterator === 'string'
        ? streams.streamNameOf(call, iterator)
        : call.operation === 'ListShards' && typeof token === 'string'
          ? streamOfPage(streams, call, token)
          : undefined
    return name === undefined ? undefined : [streamArn({ ...call, name })]
  }
}
