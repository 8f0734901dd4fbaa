import { SequenceNumbers, type Streams } from '#ingestion/streams'
import type { NumberRecord } from './lambda.ts'
import type { TransformContext } from './transform.ts'

/** Sequence numbers of records as the stream that they came from gives them on the wire. */
export function numberRecords(streams: Pick<Streams, 'find'>) {
  return async ({
    stream,
  }: Pick<TransformContext, 'stream'>): Promise<NumberRecord | undefined> => {
    if (stream.source.kind !== 'stream') return undefined
    const { shards } = await streams.find(stream, { arn: stream.source.stream })
    const numbers = new Map(shards.map((shard) => [shard.id, new SequenceNumbers(shard)]))
    return ({ shardId, sequence }) => numbers.get(shardId)?.of(sequence) ?? String(sequence)
  }
}
