import {
  FilterLogEvents$,
  type FilterLogEventsRequest,
  type FilterLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { LogErrors } from '#governance/monitoring'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html. `searchedLogStreams` is empty, as on AWS since 2019. */
export const FilterLogEvents = operation<FilterLogEventsRequest, FilterLogEventsResponse>(
  FilterLogEvents$,
  async (input, ctx) => {
    if (input.logStreamNames && input.logStreamNamePrefix !== undefined) {
      throw LogErrors.InvalidLogParameter(
        'The logStreamNames and logStreamNamePrefix parameters are mutually exclusive.',
      )
    }
    const { items, nextToken } = await ctx.logStore.filterEvents(groupOf(ctx, input), {
      limit: input.limit ?? 10_000,
      streams: input.logStreamNames,
      streamPrefix: input.logStreamNamePrefix,
      startMs: input.startTime,
      endMs: input.endTime,
      pattern: input.filterPattern,
      newestFirst: input.startFromHead === false,
      nextToken: input.nextToken,
    })
    return {
      events: items.map((event) => ({
        logStreamName: event.stream,
        timestamp: event.timestampMs,
        message: event.message,
        ingestionTime: event.ingestedMs,
        eventId: event.eventId,
      })),
      searchedLogStreams: [],
      nextToken,
    }
  },
)
