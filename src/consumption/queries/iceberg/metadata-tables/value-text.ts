import type { Primitive, Value } from '#catalog/tables'

const dayMs = 86_400_000

/** A value as the engine reads it in text of the type. */
export function valueText(type: Primitive, value: Value): string {
  switch (type.kind) {
    case 'decimal':
      return decimal(value as bigint, type.scale)
    case 'date':
      return new Date(Number(value) * dayMs).toISOString().replace(/T.*/, '').replace(/^\+0*/, '')
    case 'time':
      return micros(value as bigint).slice(11)
    case 'timestamp':
      return micros(value as bigint)
    case 'timestamptz':
      return `${micros(value as bigint)}+00`
    case 'uuid': {
      const hex = (value as Buffer).toString('hex')
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    }
    case 'fixed':
    case 'binary':
      return (value as Buffer).toString('hex').replaceAll(/../g, String.raw`\x$&`)
    default:
      return String(value)
  }
}

/** A value for people, as Iceberg's `toHumanString`: an instant has a T and its offset, bytes are in base 64. */
export function humanText(type: Primitive, value: Value): string {
  switch (type.kind) {
    case 'timestamp':
      return micros(value as bigint).replace(' ', 'T')
    case 'timestamptz':
      return `${micros(value as bigint).replace(' ', 'T')}+00:00`
    case 'fixed':
    case 'binary':
      return (value as Buffer).toString('base64')
    default:
      return valueText(type, value)
  }
}

/** `2024-01-01 10:11:12.123456` */
function micros(value: bigint): string {
  const rest = ((value % 1000n) + 1000n) % 1000n
  const text = new Date(Number((value - rest) / 1000n)).toISOString()
  return `${text.slice(0, -1).replace('T', ' ')}${rest.toString().padStart(3, '0')}`
}

function decimal(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  const fraction = scale > 0 ? `.${digits.slice(point)}` : ''
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`
}
