import {
  PutMetricData$,
  type MetricDatum,
  type PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch'
import { single } from '#governance/monitoring'
import { operation } from '../context.ts'
import { invalidCombination, invalidValue, unsupported } from '../invalid.ts'
import { dimensionsOf } from '../statistics.ts'

const pastMsMax = 14 * 86_400_000
const futureMsMax = 2 * 3_600_000

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html. All of a request or nothing of it; high resolution
 * is kept by the minute.
 */
export const PutMetricData = operation<PutMetricDataInput, object>(
  PutMetricData$,
  async (input, ctx) => {
    if (input.EntityMetricData?.length) throw unsupported('EntityMetricData')
    const namespace = input.Namespace!
    if (namespace.startsWith('AWS/')) {
      throw invalidValue('The value AWS/ for parameter Namespace is invalid.')
    }
    const data = input.MetricData ?? []
    const points = data.map((datum) => ({
      accountId: ctx.accountId,
      region: ctx.region,
      namespace,
      name: datum.MetricName!,
      dimensions: dimensionsOf(datum.Dimensions),
      unit: datum.Unit ?? 'None',
      timestampMs: timeOf(datum, ctx.receivedAtMs),
      ...valuesOf(datum),
    }))
    await ctx.metrics.put(points)
    return {}
  },
)

function timeOf({ Timestamp }: MetricDatum, nowMs: number): number {
  const timestampMs = Timestamp?.getTime() ?? nowMs
  if (timestampMs < nowMs - pastMsMax || timestampMs > nowMs + futureMsMax) {
    throw invalidValue(
      'The parameter MetricData.member.1.Timestamp must be within the last two weeks and not more than two hours ahead.',
    )
  }
  return timestampMs
}

function valuesOf({ Value, Values, Counts, StatisticValues }: MetricDatum) {
  const given = [Value, Values, StatisticValues].filter((each) => each !== undefined)
  if (given.length !== 1) {
    throw invalidCombination(
      'Exactly one of Value, Values and StatisticValues must be given for a metric.',
    )
  }
  if (StatisticValues) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues
    if (!(SampleCount! > 0)) throw invalidValue('SampleCount must be greater than 0.')
    return { sampleCount: SampleCount!, sum: Sum!, minimum: Minimum!, maximum: Maximum! }
  }
  if (Value !== undefined) return single(checked(Value))
  if (Values!.length === 0 || (Counts && Counts.length !== Values!.length)) {
    throw invalidValue('The parameters Values and Counts must be of the same size.')
  }
  let [sampleCount, sum] = [0, 0]
  for (const [index, value] of Values!.entries()) {
    const count = Counts?.[index] ?? 1
    sampleCount += count
    sum += checked(value) * count
  }
  return { sampleCount, sum, minimum: Math.min(...Values!), maximum: Math.max(...Values!) }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
function checked(value: number): number {
  if (Number.isFinite(value) && Math.abs(value) <= 2 ** 360) return value
  throw invalidValue('The value of a metric must be a number from -2^360 to 2^360.')
}
