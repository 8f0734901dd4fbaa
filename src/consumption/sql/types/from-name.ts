import { sqlError } from '../errors.ts'
import type { TypeName } from '../parse/ast.ts'
import {
  JSON_TYPE,
  TIMESTAMP,
  TIMESTAMP_UTC,
  type Type,
  VARBINARY,
  VARCHAR,
  VARIANT,
  arrayOf,
  decimal,
  mapOf,
} from './type.ts'

export const noZonedTimes = 'time with time zone is not supported: no table can hold one'

/** The type that a type's name means, as in CAST. Error: `TypeMismatch` for one that there is not. */
export function typeOfName(name: TypeName): Type {
  const unknown = () => sqlError('TypeMismatch', name, `Unknown type: ${name.name}`)
  const [first, second] = name.numbers
  switch (name.name) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'bigint':
    case 'real':
    case 'double':
    case 'date':
    case 'uuid':
      return { kind: name.name }
    case 'int':
    case 'integer':
      return { kind: 'integer' }
    case 'float':
      return { kind: 'real' }
    case 'decimal':
    case 'numeric': {
      const precision = first ?? 38
      const scale = second ?? 0
      if (precision < 1 || precision > 38 || scale > precision) throw unknown()
      return decimal(precision, scale)
    }
    case 'varchar':
      return first === undefined ? VARCHAR : { kind: 'varchar', length: first }
    case 'string':
      return VARCHAR
    case 'char':
      return { kind: 'char', length: first ?? 1 }
    case 'varbinary':
      return VARBINARY
    case 'json':
      return JSON_TYPE
    case 'variant':
      return VARIANT
    case 'timestamp':
    case 'time': {
      if (first !== undefined && first > 6) {
        const shown = `${name.name}(${first})`
        throw sqlError('NotSupported', name, `${shown} is not supported; at most 6 digits are`)
      }
      if (name.name === 'timestamp') {
        const precision = first ?? 3
        return name.withTimeZone ? { ...TIMESTAMP_UTC, precision } : { ...TIMESTAMP, precision }
      }
      if (name.withTimeZone) throw sqlError('NotSupported', name, noZonedTimes)
      return { kind: 'time', precision: first ?? 3 }
    }
    case 'array':
      if (name.parameters.length !== 1) throw unknown()
      return arrayOf(typeOfName(name.parameters[0]!))
    case 'map':
      if (name.parameters.length !== 2) throw unknown()
      return mapOf(typeOfName(name.parameters[0]!), typeOfName(name.parameters[1]!))
    case 'row':
      return {
        kind: 'row',
        fields: name.fields.map((field) => ({ name: field.name, type: typeOfName(field.type) })),
      }
    default:
      throw unknown()
  }
}
