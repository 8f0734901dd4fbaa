import type { LimitTable } from '#protocol/aws'

const namespace = { min: 1, max: 255, pattern: /[^:].*/ }
const name = { min: 1, max: 255 }
const dimensions = { max: 30 }
const statistics = { enum: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] }

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html */
export const limits: LimitTable = {
  '*.Namespace': namespace,
  '*.MetricName': name,
  '*.Dimensions': dimensions,
  'PutMetricDataInput.MetricData': { max: 1000 },
  'PutMetricDataInput.MetricData[].MetricName': name,
  'PutMetricDataInput.MetricData[].Dimensions': dimensions,
  'PutMetricDataInput.MetricData[].Values': { max: 150 },
  'GetMetricStatisticsInput.Period': { integer: true, min: 1 },
  'GetMetricStatisticsInput.Statistics[]': statistics,
  'GetMetricDataInput.MetricDataQueries': { min: 1, max: 500 },
  'GetMetricDataInput.MaxDatapoints': { integer: true, min: 1, max: 100_800 },
}
