import type { PlannedFile, StructType, Type } from '#catalog/tables'

/**
 * How much of a data file is read for these columns of its table, by what its manifest says of their sizes; everything that is not
 * known to be of other columns, where it says nothing of one. Undefined when it tells no sizes at all.
 * https://iceberg.apache.org/spec/#data-file-fields
 */
export function scannedBytesOf(
  { file, deletes }: PlannedFile,
  schema: StructType,
  used: ReadonlySet<number>,
): number | undefined {
  const { columnSizes } = file.metrics
  if (columnSizes.size === 0) return undefined
  const read = new Set(deletes.flatMap((each) => each.file.equalityIds ?? []))
  for (const [place, field] of schema.fields.entries()) {
    if (used.has(place)) for (const id of leavesOf(field.id, field.type)) read.add(id)
  }
  let readBytes = 0
  let otherBytes = 0
  for (const [id, size] of columnSizes) {
    if (read.has(id)) readBytes += size
    else otherBytes += size
  }
  const isTold = [...read].every((id) => columnSizes.has(id))
  return isTold ? readBytes : Math.max(readBytes, file.sizeBytes - otherBytes)
}

function leavesOf(id: number, type: Type): readonly number[] {
  if (typeof type === 'string') return [id]
  switch (type.type) {
    case 'struct':
      return type.fields.flatMap((field) => leavesOf(field.id, field.type))
    case 'list':
      return leavesOf(type['element-id'], type.element)
    case 'map':
      return [...leavesOf(type['key-id'], type.key), ...leavesOf(type['value-id'], type.value)]
  }
}
