import { GetRecords$, type GetRecordsInput, type GetRecordsOutput } from '@aws-sdk/client-kinesis'
import { StreamErrors } from '#ingestion/streams'
import { operation } from '../context.ts'
import { checkMayOpen } from '../kms-keys.ts'
import { pageLimit } from '../page-limit.ts'
import { asWireChild, asWireRecords, refuseDryRun } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
export const GetRecords = operation<GetRecordsInput, GetRecordsOutput>(
  GetRecords$,
  async (input, ctx) => {
    const limit = pageLimit(input.Limit, { usual: 10_000, max: 10_000 })
    const page = await ctx.streams.read(ctx, input.ShardIterator!, limit)
    if (input.StreamARN !== undefined && input.StreamARN !== page.stream.arn) {
      throw StreamErrors.InvalidArgument(
        `StreamARN ${input.StreamARN} does not match the stream of the ShardIterator.`,
      )
    }
    await checkMayOpen(ctx, page.records, page.stream.arn)
    refuseDryRun(input)
    return {
      Records: asWireRecords(page.records),
      NextShardIterator: page.nextIterator,
      MillisBehindLatest: page.millisBehindLatest,
      ChildShards: page.childShards?.map(asWireChild),
    }
  },
)
