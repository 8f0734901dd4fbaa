import {
  DescribeSubscriptionFilters$,
  type DescribeSubscriptionFiltersRequest,
  type DescribeSubscriptionFiltersResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeSubscriptionFilters.html. They cannot be made here yet, so there are none. */
export const DescribeSubscriptionFilters = operation<
  DescribeSubscriptionFiltersRequest,
  DescribeSubscriptionFiltersResponse
>(DescribeSubscriptionFilters$, async (input, ctx) => {
  if (input.logGroupName !== undefined) {
    await ctx.logStore.getGroup(groupOf(ctx, { logGroupName: input.logGroupName }))
  }
  return { subscriptionFilters: [] }
})
