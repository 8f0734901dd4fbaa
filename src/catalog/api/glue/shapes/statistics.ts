import type { ColumnStatistics as GlueColumnStatistics } from '@aws-sdk/client-glue'
import type { ColumnStatistics } from '#catalog/metastore'

/** Statistics hold dates and bytes, which JSON lacks: they are kept under a marked member. */
export function fromColumnStatistics(input: GlueColumnStatistics): ColumnStatistics {
  return {
    columnName: input.ColumnName!,
    columnType: input.ColumnType!,
    analyzedTimeMs: input.AnalyzedTime!.getTime(),
    data: pack(input.StatisticsData),
  }
}

export function toColumnStatistics(record: ColumnStatistics): GlueColumnStatistics {
  return {
    ColumnName: record.columnName,
    ColumnType: record.columnType,
    AnalyzedTime: new Date(record.analyzedTimeMs),
    StatisticsData: unpack(record.data) as GlueColumnStatistics['StatisticsData'],
  }
}

function pack(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.getTime() }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) }
  return mapMembers(value, pack)
}

function unpack(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    if ('$date' in value) return new Date(value.$date as number)
    if ('$bytes' in value) return new Uint8Array(Buffer.from(value.$bytes as string, 'base64'))
    if ('$bigint' in value) return BigInt(value.$bigint as string)
    if ('$number' in value) return Number(value.$number)
  }
  return mapMembers(value, unpack)
}

function mapMembers(value: unknown, map: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)]))
}
