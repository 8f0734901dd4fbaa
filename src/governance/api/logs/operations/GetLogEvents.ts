import {
  GetLogEvents$,
  type GetLogEventsRequest,
  type GetLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
export const GetLogEvents = operation<GetLogEventsRequest, GetLogEventsResponse>(
  GetLogEvents$,
  async (input, ctx) => {
    const page = await ctx.logStore.getEvents(
      { ...groupOf(ctx, input), stream: input.logStreamName! },
      {
        limit: input.limit ?? 10_000,
        startMs: input.startTime,
        endMs: input.endTime,
        fromHead: input.startFromHead ?? false,
        nextToken: input.nextToken,
      },
    )
    return {
      events: page.events.map((event) => ({
        timestamp: event.timestampMs,
        message: event.message,
        ingestionTime: event.ingestedMs,
      })),
      nextForwardToken: page.forwardToken,
      nextBackwardToken: page.backwardToken,
    }
  },
)
