import type { Schema, Type } from '#catalog/tables'

/** How columns of files without field ids are found: https://iceberg.apache.org/spec/#name-mapping-serialization */
export function nameMapping(schema: Schema): string {
  return JSON.stringify(schema.fields.map(({ id, name, type }) => mapped(id, name, type)))
}

function mapped(id: number, name: string, type: Type): object {
  const fields = fieldsOf(type)
  return { 'field-id': id, names: [name], ...(fields.length > 0 ? { fields } : {}) }
}

function fieldsOf(type: Type): readonly object[] {
  if (typeof type === 'string') return []
  switch (type.type) {
    case 'struct':
      return type.fields.map((field) => mapped(field.id, field.name, field.type))
    case 'list':
      return [mapped(type['element-id'], 'element', type.element)]
    case 'map':
      return [
        mapped(type['key-id'], 'key', type.key),
        mapped(type['value-id'], 'value', type.value),
      ]
  }
}
