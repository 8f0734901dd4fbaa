import { avros } from './avro.ts'
import { jsonSchemas } from './json-schema.ts'
import { protobufs } from './protobuf.ts'
import type { SchemaFormat } from './schema-format.ts'
import type { Compatibility, DataFormat } from './schema-registry.ts'

export const formats: Readonly<Record<DataFormat, SchemaFormat>> = {
  AVRO: avros,
  JSON: jsonSchemas,
  PROTOBUF: protobufs,
}

/** Why a definition does not fit those that it is held to; undefined when it does. */
export async function misfit(
  format: DataFormat,
  compatibility: Compatibility,
  definition: string,
  others: readonly string[],
): Promise<string | undefined> {
  const mode = compatibility.replace('_ALL', '')
  for (const other of others) {
    const backward = mode === 'BACKWARD' || mode === 'FULL'
    const forward = mode === 'FORWARD' || mode === 'FULL'
    const problem =
      (backward ? await formats[format].misfit(definition, other) : undefined) ??
      (forward ? await formats[format].misfit(other, definition) : undefined)
    if (problem !== undefined) return problem
  }
  return undefined
}
