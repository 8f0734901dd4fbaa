import { GetRecords$, type GetRecordsInput, type GetRecordsOutput } from '@aws-sdk/client-kinesis'
import { StreamErrors } from '#ingestion/streams'
import { operation } from '../context.ts'
import { asWireRange, encryptionOf, refuseDryRun } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
export const GetRecords = operation<GetRecordsInput, GetRecordsOutput>(
  GetRecords$,
  async (input, ctx) => {
    refuseDryRun(input)
    const page = await ctx.streams.read(ctx, input.ShardIterator!, input.Limit ?? 10_000)
    if (input.StreamARN !== undefined && input.StreamARN !== page.stream.arn) {
      throw StreamErrors.InvalidArgument(
        `StreamARN ${input.StreamARN} does not match the stream of the ShardIterator.`,
      )
    }
    const encryption = encryptionOf(page.stream)
    return {
      Records: page.records.map((record) => ({
        SequenceNumber: record.sequenceNumber,
        ApproximateArrivalTimestamp: new Date(record.arrivalMs),
        Data: record.data,
        PartitionKey: record.partitionKey,
        EncryptionType: encryption,
      })),
      NextShardIterator: page.nextIterator,
      MillisBehindLatest: page.millisBehindLatest,
      ChildShards: page.childShards?.map((shard) => ({
        ShardId: shard.id,
        ParentShards: [
          shard.parentId!,
          ...(shard.adjacentParentId ? [shard.adjacentParentId] : []),
        ],
        HashKeyRange: asWireRange(shard),
      })),
    }
  },
)
