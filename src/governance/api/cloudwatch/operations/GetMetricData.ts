import {
  GetMetricData$,
  type GetMetricDataInput,
  type GetMetricDataOutput,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch'
import type { Call } from '#protocol/aws'
import { operation, type CloudWatchContext } from '../context.ts'
import { invalidValue, unsupported } from '../invalid.ts'
import { checkBasic, dimensionsOf, periodMsOf, statisticOf } from '../statistics.ts'

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html. Each answer is whole: no NextToken is given. Expressions,
 * percentiles and metrics of other accounts are refused.
 */
export const GetMetricData = operation<GetMetricDataInput, GetMetricDataOutput>(
  GetMetricData$,
  async (input, ctx) => {
    const [startMs, endMs] = [input.StartTime!.getTime(), input.EndTime!.getTime()]
    if (startMs >= endMs) {
      throw invalidValue('The parameter StartTime must be less than the parameter EndTime.')
    }
    const queries = input.MetricDataQueries!
    if (new Set(queries.map(({ Id }) => Id)).size < queries.length) {
      throw invalidValue('The Ids of MetricDataQueries must be unique.')
    }
    await ctx.flush()
    const results: MetricDataResult[] = []
    for (const query of queries) {
      if (query.ReturnData === false) continue
      results.push(
        await resultOf(query, startMs, endMs, input.ScanBy ?? 'TimestampDescending', ctx),
      )
    }
    return { MetricDataResults: results, Messages: [] }
  },
)

async function resultOf(
  query: MetricDataQuery,
  startMs: number,
  endMs: number,
  order: string,
  ctx: CloudWatchContext & Pick<Call, 'accountId' | 'region'>,
): Promise<MetricDataResult> {
  const { MetricStat: stat, Expression, AccountId, Id, Label } = query
  if (Expression !== undefined) throw unsupported('A metric math expression')
  if (!stat) throw invalidValue(`The query ${Id} has neither MetricStat nor Expression.`)
  if (AccountId !== undefined && AccountId !== ctx.accountId) throw unsupported('AccountId')
  const statistic = checkBasic(stat.Stat!)
  const buckets = await ctx.metrics.read({
    accountId: ctx.accountId,
    region: ctx.region,
    namespace: stat.Metric!.Namespace!,
    name: stat.Metric!.MetricName!,
    dimensions: dimensionsOf(stat.Metric!.Dimensions),
    startMs,
    endMs,
    periodMs: periodMsOf(stat.Period!),
    unit: stat.Unit,
  })
  const ordered = order === 'TimestampAscending' ? buckets : buckets.toReversed()
  return {
    Id: Id!,
    Label: Label ?? stat.Metric!.MetricName!,
    Timestamps: ordered.map((bucket) => new Date(bucket.startMs)),
    Values: ordered.map((bucket) => statisticOf(bucket, statistic)),
    StatusCode: 'Complete',
  }
}
