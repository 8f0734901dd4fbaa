import { type Type, parsePrimitive } from '#catalog/tables'
import { quoteName } from './sql.ts'

/** A variant as the engine holds it here: its own VARIANT cannot tell the null inside one from the NULL of SQL. */
export const variantType = 'STRUCT(metadata BLOB, "value" BLOB)'

/** How a reader wants values that the engine, or its caller, may have in more than one form. */
export interface TypeForms {
  /** What a field of a struct is called; default as the schema names it. */
  readonly fieldName?: (name: string) => string
  /** UUIDs as text; default the engine's own type. */
  readonly uuidAsText?: boolean
  /**
   * Nanoseconds as microseconds: SQL that makes a TIMESTAMP of a TIMESTAMP_NS, or fails where it cannot be one; default as they
   * are.
   */
  readonly nanos?: (sql: string) => string
  /** SQL that fails with this text when it is evaluated, for a value that cannot be told; without it such a column is unreadable. */
  readonly failing?: (engineType: string, text: string) => string
}

/** The engine's type for values of an Iceberg type; undefined for one that it has not. */
export function engineTypeOf(type: Type, forms: TypeForms = {}): string | undefined {
  if (typeof type === 'string') return primitiveType(type, forms)
  switch (type.type) {
    case 'struct': {
      const fields = type.fields.map((field) => {
        const inner = engineTypeOf(field.type, forms)
        return inner && `${quoteName(forms.fieldName?.(field.name) ?? field.name)} ${inner}`
      })
      return fields.includes(undefined) ? undefined : `STRUCT(${fields.join(', ')})`
    }
    case 'list': {
      const element = engineTypeOf(type.element, forms)
      return element && `${element}[]`
    }
    case 'map': {
      const [key, value] = [engineTypeOf(type.key, forms), engineTypeOf(type.value, forms)]
      return key && value && `MAP(${key}, ${value})`
    }
  }
}

function primitiveType(text: string, forms: TypeForms): string | undefined {
  const type = parsePrimitive(text)
  switch (type.kind) {
    case 'int':
      return 'INTEGER'
    case 'long':
      return 'BIGINT'
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'string':
      return 'VARCHAR'
    case 'uuid':
      return forms.uuidAsText ? 'VARCHAR' : 'UUID'
    case 'fixed':
    case 'binary':
      return 'BLOB'
    case 'timestamptz':
      return 'TIMESTAMPTZ'
    // Always NULL.
    case 'unknown':
      return 'INTEGER'
    case 'boolean':
    case 'float':
    case 'double':
    case 'date':
    case 'time':
    case 'timestamp':
      return type.kind.toUpperCase()
    case 'timestamp_ns':
      return forms.nanos ? 'TIMESTAMP' : 'TIMESTAMP_NS'
    case 'variant':
      return variantType
    // The engine has no instants of nanoseconds: their time in UTC.
    case 'timestamptz_ns':
      return forms.nanos ? 'TIMESTAMPTZ' : 'TIMESTAMP_NS'
    case 'geometry':
    case 'geography':
      return undefined
  }
}
