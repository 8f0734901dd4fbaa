import {
  DescribeAccountSettings$,
  type DescribeAccountSettingsInput,
  type DescribeAccountSettingsOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { asWireCommitment } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeAccountSettings.html */
export const DescribeAccountSettings = operation<
  DescribeAccountSettingsInput,
  DescribeAccountSettingsOutput
>(DescribeAccountSettings$, async (_input, ctx) => ({
  MinimumThroughputBillingCommitment: asWireCommitment(await ctx.streams.commitments.find(ctx)),
}))
