import type { LimitTable } from '#protocol/aws'

const int = { integer: true, min: -(2 ** 31), max: 2 ** 31 - 1 } as const
const long = { integer: true, min: -(2 ** 63), max: 2 ** 63 } as const
const count = { integer: true, min: 0, max: 2 ** 63 } as const
const percent = { min: 0, max: 100 }

/** Numbers that are kept and given back. */
export const numberLimits: LimitTable = {
  ...tableLimits('CreateTable'),
  ...tableLimits('UpdateTable'),
  ...storageLimits('CreatePartitionRequest.PartitionInput'),
  ...storageLimits('UpdatePartitionRequest.PartitionInput'),
  ...storageLimits('BatchCreatePartitionRequest.PartitionInputList[]'),
  ...storageLimits('BatchUpdatePartitionRequest.Entries[].PartitionInput'),
  ...statisticsLimits('UpdateColumnStatisticsForTable'),
  ...statisticsLimits('UpdateColumnStatisticsForPartition'),
  'CreateColumnStatisticsTaskSettingsRequest.SampleSize': percent,
  'UpdateColumnStatisticsTaskSettingsRequest.SampleSize': percent,
  'StartColumnStatisticsTaskRunRequest.SampleSize': percent,
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html */
function tableLimits(operation: string): LimitTable {
  const table = `${operation}Request.TableInput`
  return { [`${table}.Retention`]: { ...int, min: 0 }, ...storageLimits(table) }
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_StorageDescriptor.html */
function storageLimits(path: string): LimitTable {
  const storage = `${path}.StorageDescriptor`
  return {
    [`${storage}.NumberOfBuckets`]: int,
    [`${storage}.SortColumns[].SortOrder`]: { ...int, min: 0, max: 1 },
  }
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_ColumnStatisticsData.html */
function statisticsLimits(operation: string): LimitTable {
  const data = `${operation}Request.ColumnStatisticsList[].StatisticsData`
  const counted = ['Boolean', 'Date', 'Decimal', 'Double', 'Long', 'String', 'Binary']
  return {
    ...Object.fromEntries(
      counted.map((type) => [`${data}.${type}ColumnStatisticsData.NumberOfNulls`, count]),
    ),
    ...Object.fromEntries(
      ['Date', 'Decimal', 'Double', 'Long', 'String'].map((type) => [
        `${data}.${type}ColumnStatisticsData.NumberOfDistinctValues`,
        count,
      ]),
    ),
    [`${data}.BooleanColumnStatisticsData.NumberOfTrues`]: count,
    [`${data}.BooleanColumnStatisticsData.NumberOfFalses`]: count,
    [`${data}.StringColumnStatisticsData.MaximumLength`]: count,
    [`${data}.BinaryColumnStatisticsData.MaximumLength`]: count,
    [`${data}.LongColumnStatisticsData.MinimumValue`]: long,
    [`${data}.LongColumnStatisticsData.MaximumValue`]: long,
  }
}
