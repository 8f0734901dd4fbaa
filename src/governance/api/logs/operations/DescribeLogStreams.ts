import {
  DescribeLogStreams$,
  type DescribeLogStreamsRequest,
  type DescribeLogStreamsResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { LogErrors } from '#governance/monitoring'
import { operation } from '../context.ts'
import { groupOf, streamArn } from '../subject.ts'
import { uploadToken } from '../shapes.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html. `storedBytes` of a stream is 0, as on AWS since 2019. */
export const DescribeLogStreams = operation<DescribeLogStreamsRequest, DescribeLogStreamsResponse>(
  DescribeLogStreams$,
  async (input, ctx) => {
    if (input.orderBy === 'LastEventTime' && input.logStreamNamePrefix !== undefined) {
      throw LogErrors.InvalidLogParameter(
        'Cannot order by LastEventTime with a logStreamNamePrefix.',
      )
    }
    const ref = groupOf(ctx, input)
    const { items, nextToken } = await ctx.logStore.listStreams(ref, {
      limit: input.limit ?? 50,
      orderBy: input.orderBy === 'LastEventTime' ? 'lastEvent' : 'name',
      descending: input.descending ?? false,
      prefix: input.logStreamNamePrefix,
      nextToken: input.nextToken,
    })
    return {
      logStreams: items.map((stream) => ({
        logStreamName: stream.name,
        creationTime: stream.createdMs,
        firstEventTimestamp: stream.firstEventMs,
        lastEventTimestamp: stream.lastEventMs,
        lastIngestionTime: stream.lastIngestionMs,
        uploadSequenceToken: uploadToken,
        arn: streamArn(ctx, ref.group, stream.name),
        storedBytes: 0,
      })),
      nextToken,
    }
  },
)
