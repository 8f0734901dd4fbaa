import {
  DescribeStreamSummary$,
  type DescribeStreamSummaryInput,
  type DescribeStreamSummaryOutput,
} from '@aws-sdk/client-kinesis'
import { isOpen } from '#ingestion/streams'
import { operation } from '../context.ts'
import { asWireStream, referenceOf } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html */
export const DescribeStreamSummary = operation<
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput
>(DescribeStreamSummary$, async (input, ctx) => {
  const stream = await ctx.streams.find(ctx, referenceOf(input))
  const warm = stream.warmThroughputMibps
  return {
    StreamDescriptionSummary: {
      ...asWireStream(stream),
      OpenShardCount: stream.shards.filter(isOpen).length,
      ConsumerCount: await ctx.streams.consumers.count(stream),
      ChannelCount: ctx.channels.list(stream, {
        limit: Infinity,
        isOf: (source) => source.stream === stream.arn,
      }).length,
      MaxRecordSizeInKiB: stream.recordSizeKibMax,
      WarmThroughput: warm === undefined ? undefined : { TargetMiBps: warm, CurrentMiBps: warm },
      RecordDistributionStrategy:
        stream.mode === 'ON_DEMAND' ? stream.recordDistribution : undefined,
    },
  }
})
