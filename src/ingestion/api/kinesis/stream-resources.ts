import { parseArn, streamArn, type Streams } from '#ingestion/streams'
import type { AuthorizationRequest } from '#protocol/aws'
import { streamOfPage } from './page-token.ts'

/**
 * The stream behind a shard iterator, or behind the token of a further page of its shards; undefined when the input itself tells.
 * Streams of another account are meant by ARN, beside the token.
 */
export function streamResources(streams: Pick<Streams, 'streamNameOf' | 'tokens'>) {
  return (call: AuthorizationRequest): readonly string[] | undefined => {
    const input = (call.input ?? {}) as Readonly<Record<string, unknown>>
    const { ShardIterator: iterator, NextToken: token, StreamARN: arn } = input
    const owner = typeof arn === 'string' ? parseArn(arn)?.accountId : undefined
    const scope = { accountId: owner ?? call.accountId, region: call.region }
    const name =
      typeof iterator === 'string'
        ? streams.streamNameOf(scope, iterator)
        : call.operation === 'ListShards' && typeof token === 'string'
          ? streamOfPage(streams, scope, token)
          : undefined
    return name === undefined ? undefined : [streamArn({ ...scope, name })]
  }
}
