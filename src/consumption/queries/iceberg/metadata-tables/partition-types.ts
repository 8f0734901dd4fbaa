import {
  type Primitive,
  type TableMetadata,
  indexFields,
  parsePrimitive,
  parseTransform,
  resultType,
} from '#catalog/tables'

export interface PartitionType {
  readonly fieldId: number
  readonly name: string
  readonly type: Primitive
}

/** The fields of a partition spec and the types of their values, in order. */
export function partitionTypes(metadata: TableMetadata, specId: number): readonly PartitionType[] {
  const spec = metadata['partition-specs'].find((each) => each['spec-id'] === specId)
  return (spec?.fields ?? []).map((field) => ({
    fieldId: field['field-id'],
    name: field.name,
    type: resultType(parseTransform(field.transform), sourceType(metadata, field['source-id'])),
  }))
}

/** The source may be gone from the current schema. */
function sourceType(metadata: TableMetadata, id: number): Primitive {
  for (const schema of metadata.schemas.toReversed()) {
    const type = indexFields(schema).get(id)?.type
    if (typeof type === 'string') return parsePrimitive(type)
  }
  return parsePrimitive('unknown')
}
