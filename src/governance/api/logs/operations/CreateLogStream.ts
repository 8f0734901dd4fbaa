import { CreateLogStream$, type CreateLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const CreateLogStream = operation<CreateLogStreamRequest, void>(
  CreateLogStream$,
  async (input, ctx) => {
    await ctx.logStore.createStream({ ...groupOf(ctx, input), stream: input.logStreamName! })
  },
)
