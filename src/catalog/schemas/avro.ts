import { avroTypes } from '#storage/formats'
import { canonicalJson, messageOf } from './canonical.ts'
import type { SchemaFormat } from './schema-format.ts'

/** https://avro.apache.org/docs/1.12.0/specification/; whether one reads the other is told by Avro's schema resolution. */
export const avros: SchemaFormat = {
  check: async (definition) => {
    try {
      const make = await avroTypes()
      make(JSON.parse(definition))
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  },
  misfit: async (reader, writer) => {
    try {
      const make = await avroTypes()
      make(JSON.parse(writer), JSON.parse(reader))
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  },
  canonical: canonicalJson,
}
