import { DeleteLogStream$, type DeleteLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html */
export const DeleteLogStream = operation<DeleteLogStreamRequest, void>(
  DeleteLogStream$,
  async (input, ctx) => {
    await ctx.logStore.deleteStream({ ...groupOf(ctx, input), stream: input.logStreamName! })
  },
)
