import {
  GetMetricStatistics$,
  type Datapoint,
  type GetMetricStatisticsInput,
  type GetMetricStatisticsOutput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../context.ts'
import { invalidCombination, invalidValue, unsupported } from '../invalid.ts'
import { checkBasic, dimensionsOf, periodMsOf, statisticOf } from '../statistics.ts'

const datapointsMax = 1440

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html. Percentiles are refused. */
export const GetMetricStatistics = operation<GetMetricStatisticsInput, GetMetricStatisticsOutput>(
  GetMetricStatistics$,
  async (input, ctx) => {
    if (input.ExtendedStatistics?.length) throw unsupported('ExtendedStatistics')
    if (!input.Statistics?.length) {
      throw invalidCombination('At least one of Statistics and ExtendedStatistics must be given.')
    }
    const statistics = input.Statistics.map(checkBasic)
    const [startMs, endMs] = [input.StartTime!.getTime(), input.EndTime!.getTime()]
    if (startMs >= endMs) {
      throw invalidValue('The parameter StartTime must be less than the parameter EndTime.')
    }
    const periodMs = periodMsOf(input.Period!)
    if ((endMs - startMs) / periodMs > datapointsMax) {
      throw invalidCombination(
        `You have requested up to ${Math.ceil((endMs - startMs) / periodMs)} datapoints, which exceeds the limit of ${datapointsMax}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      )
    }
    await ctx.flush()
    const buckets = await ctx.metrics.read({
      accountId: ctx.accountId,
      region: ctx.region,
      namespace: input.Namespace!,
      name: input.MetricName!,
      dimensions: dimensionsOf(input.Dimensions),
      startMs,
      endMs,
      periodMs,
      unit: input.Unit,
    })
    return {
      Label: input.MetricName!,
      Datapoints: buckets.map((bucket) => ({
        Timestamp: new Date(bucket.startMs),
        Unit: bucket.unit as NonNullable<Datapoint['Unit']>,
        ...Object.fromEntries(statistics.map((each) => [each, statisticOf(bucket, each)])),
      })),
    }
  },
)
