import type { ColumnStatistics } from '#catalog/metastore'
import type { ColumnSummary } from './statistics-runs.ts'

/**
 * A summary in Glue's form, with dates and bytes marked as the metastore keeps them.
 * https://docs.aws.amazon.com/glue/latest/webapi/API_ColumnStatisticsData.html
 */
export function toStatistics(summary: ColumnSummary, analyzedTimeMs: number): ColumnStatistics {
  const { name, type } = summary
  return { columnName: name, columnType: type, analyzedTimeMs, data: dataOf(summary) }
}

function dataOf(summary: ColumnSummary): unknown {
  const { nulls: NumberOfNulls, distinct: NumberOfDistinctValues, min, max } = summary
  const base = summary.type.toLowerCase().replace(/\(.*/, '')
  const bounds = (convert: (text: string) => unknown) => ({
    ...(min === undefined ? {} : { MinimumValue: convert(min) }),
    ...(max === undefined ? {} : { MaximumValue: convert(max) }),
  })
  const counts = { NumberOfNulls, NumberOfDistinctValues }
  switch (base) {
    case 'boolean':
      return {
        Type: 'BOOLEAN',
        BooleanColumnStatisticsData: {
          NumberOfTrues: summary.trues,
          NumberOfFalses: summary.falses,
          NumberOfNulls,
        },
      }
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'integer':
    case 'bigint':
      return { Type: 'LONG', LongColumnStatisticsData: { ...bounds(integer), ...counts } }
    case 'float':
    case 'real':
    case 'double':
      return { Type: 'DOUBLE', DoubleColumnStatisticsData: { ...bounds(double), ...counts } }
    case 'decimal':
      return { Type: 'DECIMAL', DecimalColumnStatisticsData: { ...bounds(decimal), ...counts } }
    case 'date':
      return { Type: 'DATE', DateColumnStatisticsData: { ...bounds(date), ...counts } }
    case 'binary': {
      const { lengthMax: MaximumLength, lengthAverage: AverageLength } = summary
      return {
        Type: 'BINARY',
        BinaryColumnStatisticsData: { MaximumLength, AverageLength, NumberOfNulls },
      }
    }
    default: {
      const { lengthMax: MaximumLength, lengthAverage: AverageLength } = summary
      return {
        Type: 'STRING',
        StringColumnStatisticsData: { MaximumLength, AverageLength, ...counts },
      }
    }
  }
}

/** Integers beyond what a number holds come near. */
const integer = (text: string) => Number(text)

function double(text: string): unknown {
  const number = Number(text)
  return Number.isFinite(number) ? number : { $number: text }
}

const date = (text: string) => ({ $date: Date.parse(`${text}T00:00:00Z`) })

/** The digits as the shortest number of two's complement, the highest byte first, and where the point is. */
function decimal(text: string): unknown {
  const [whole = '', fraction = ''] = text.split('.')
  const value = BigInt(whole + fraction)
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length++
  const hex = BigInt.asUintN(length * 8, value).toString(16)
  const bytes = Buffer.from(hex.padStart(length * 2, '0'), 'hex')
  return { UnscaledValue: { $bytes: bytes.toString('base64') }, Scale: fraction.length }
}
