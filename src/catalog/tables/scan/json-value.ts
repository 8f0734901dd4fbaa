import type { Primitive } from '../format/primitives.ts'
import type { TableMetadata } from '../format/types.ts'
import type { ContentFile } from './manifest.ts'
import { bindSpec } from './partitions.ts'
import { fromAvro, fromBytes, type Value } from './values.ts'

/**
 * A value in its JSON form, of the value itself or of the bytes of a bound; null for bytes that are not of the type.
 * https://iceberg.apache.org/spec/#json-single-value-serialization
 */
export function jsonOfValue(type: Primitive, given: Value | undefined): unknown {
  const value = Buffer.isBuffer(given) ? fromBytes(type, given) : given
  if (value === undefined) return null
  switch (type.kind) {
    case 'decimal':
      return decimalText(value as bigint, type.scale)
    case 'date':
      return dateText(value as number)
    case 'time':
      return timeText(value as bigint, 6)
    case 'timestamp':
      return timestampText(value as bigint, 6)
    case 'timestamptz':
      return `${timestampText(value as bigint, 6)}+00:00`
    case 'timestamp_ns':
      return timestampText(value as bigint, 9)
    case 'timestamptz_ns':
      return `${timestampText(value as bigint, 9)}+00:00`
    case 'uuid':
      return (value as Buffer)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    case 'float':
    case 'double':
      // JSON has no numbers for these.
      return Number.isFinite(value) ? value : null
    default:
      return Buffer.isBuffer(value) ? value.toString('hex').toUpperCase() : value
  }
}

/** A file's partition values, in the order of its spec's fields. */
export function partitionJson(
  metadata: TableMetadata,
  { specId, partition }: ContentFile,
): readonly unknown[] {
  return bindSpec(metadata, specId).map(({ type }, at) => {
    const value = fromAvro(type, partition[at])
    return Buffer.isBuffer(value) && type.kind !== 'uuid'
      ? value.toString('hex').toUpperCase()
      : jsonOfValue(type, value)
  })
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`
  return unscaled < 0n ? `-${text}` : text
}

function dateText(days: number): string {
  const date = new Date(days * 86_400_000)
  if (Number.isNaN(date.getTime())) return String(days)
  return date.toISOString().replace(/T.*$/, '')
}

function timeText(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits)
  const seconds = Number(value / unit)
  const two = (part: number) => String(part).padStart(2, '0')
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${clock}.${(value % unit).toString().padStart(digits, '0')}`
}

function timestampText(value: bigint, digits: number): string {
  const day = 86_400n * 10n ** BigInt(digits)
  const inDay = ((value % day) + day) % day
  return `${dateText(Number((value - inDay) / day))}T${timeText(inDay, digits)}`
}
