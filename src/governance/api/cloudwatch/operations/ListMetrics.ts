import {
  ListMetrics$,
  type ListMetricsInput,
  type ListMetricsOutput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../context.ts'

const pageSize = 500
const recentMs = 3 * 3_600_000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html. Of the caller's own account. */
export const ListMetrics = operation<ListMetricsInput, ListMetricsOutput>(
  ListMetrics$,
  async (input, ctx) => {
    await ctx.flush()
    const { metrics, nextToken } = await ctx.metrics.list(
      { accountId: ctx.accountId, region: ctx.region },
      {
        namespace: input.Namespace,
        name: input.MetricName,
        dimensions: (input.Dimensions ?? []).map(({ Name, Value }) => ({
          name: Name!,
          value: Value,
        })),
        sinceMs: input.RecentlyActive === 'PT3H' ? ctx.receivedAtMs - recentMs : undefined,
        limit: pageSize,
        nextToken: input.NextToken,
      },
    )
    return {
      Metrics: metrics.map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
      NextToken: nextToken,
    }
  },
)
