import { type Primitive, type Value, literalOf } from '#catalog/tables'

/** A value from the text that the engine writes of it in statistics; undefined when it cannot be told. */
export function valueOfText(type: Primitive, text: string): Value | undefined {
  switch (type.kind) {
    case 'boolean':
      return text === '1' || text === 'true'
        ? true
        : text === '0' || text === 'false'
          ? false
          : undefined
    case 'int':
      return /^-?\d+$/.test(text) ? Number(text) : undefined
    case 'long':
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined
    case 'float':
    case 'double': {
      const number = text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text)
      return text === '' || Number.isNaN(number) ? undefined : number
    }
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(text) ? literalOf(type, text) : undefined
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? literalOf(type, text) : undefined
    case 'time':
      return /^\d\d:\d\d:\d\d(\.\d+)?$/.test(text) ? literalOf(type, text) : undefined
    case 'timestamp':
    case 'timestamp_ns':
    case 'timestamptz':
    case 'timestamptz_ns': {
      const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(\+00)?$/.exec(text)
      const zone = match?.[3] || type.kind === 'timestamptz_ns' ? 'Z' : ''
      return match ? literalOf(type, `${match[1]}T${match[2]}${zone}`) : undefined
    }
    case 'uuid':
      return literalOf(type, text)
    case 'string':
      return text
    case 'fixed':
    case 'binary':
      return /^(?:[0-9A-Fa-f]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined
    default:
      return undefined
  }
}
