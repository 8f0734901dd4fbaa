import {
  PutLogEvents$,
  type PutLogEventsRequest,
  type PutLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'
import { uploadToken } from '../shapes.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html. Sequence tokens are accepted and ignored, as on AWS since 2023. */
export const PutLogEvents = operation<PutLogEventsRequest, PutLogEventsResponse>(
  PutLogEvents$,
  async (input, ctx) => {
    const events = input.logEvents!.map((event) => ({
      timestampMs: event.timestamp!,
      message: event.message!,
    }))
    const rejected = await ctx.logStore.putEvents(
      { ...groupOf(ctx, { logGroupName: input.logGroupName }), stream: input.logStreamName! },
      events,
    )
    return {
      nextSequenceToken: uploadToken,
      ...(Object.keys(rejected).length > 0
        ? {
            rejectedLogEventsInfo: {
              tooNewLogEventStartIndex: rejected.tooNewStart,
              tooOldLogEventEndIndex: rejected.tooOldEnd,
              expiredLogEventEndIndex: rejected.expiredEnd,
            },
          }
        : {}),
    }
  },
)
